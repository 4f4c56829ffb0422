"""What the reaper keeps of webhooks, and what it does not."""

from __future__ import annotations

from prometheus_client import CollectorRegistry

from vidmill.db import webhooks
from vidmill.outbound_rules import read_url
from vidmill.webhook_signatures import new_secret
from vidmill_worker.attempt import Services
from vidmill_worker.reaper import Reaper

from .webhook_stage import Stage


async def test_the_log_and_webhooks_of_ended_jobs_go_after_a_while(
    stage: Stage, services: Services
) -> None:
    owner = await stage.owner()
    kept = await stage.listen(owner, "https://example.com/kept")
    running, ended = await stage.job(owner), await stage.job(owner)
    async with services.db.transaction() as conn:
        for job_id in (running, ended):
            await webhooks.create_job_webhook(
                conn, stage.services.sealer, owner_id=owner, job_id=job_id,
                target=read_url("https://example.com/job"), secret=new_secret(),
            )  # fmt: skip
    await stage.live(ended)
    reaper = Reaper(services, CollectorRegistry())
    await reaper.forget()
    before = await stage.rows()
    assert {row["webhook_id"] for row in before} > {kept.id}
    async with services.db.connection() as conn:
        for table in ("webhooks", "deliveries"):
            await conn.execute(
                f"UPDATE {table} SET created_at = now() - interval '31 days'".encode()
            )
    await stage.live(await stage.job(owner), steps=["status = 'cancelled', finished_at = now()"])
    await reaper.forget()
    assert [row["event"] for row in await stage.rows()] == ["video.uploaded", "job.cancelled"]
    async with services.db.connection() as conn:
        rows = await (await conn.execute("SELECT job_id FROM webhooks ORDER BY job_id")).fetchall()
    assert rows == [(running,), (None,)]
