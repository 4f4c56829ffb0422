"""Webhooks over REST. What is sent is tested with the notifier."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest

from vidmill.db import webhooks as rows
from vidmill.db.pool import Connection
from vidmill.outbound_rules import read_networks
from vidmill.webhooks import MAX_WEBHOOKS, WebhookEvent
from vidmill_stack.pytest_plugin import MakeSettings

from .running import V1, Account, Json, Service, post_job, problem, serve
from .worked import Work

#: Global, though nothing answers there; no name has to be looked up.
URL = "https://192.0.1.1/hook"


@pytest.fixture
async def lenient(make_settings: MakeSettings) -> AsyncGenerator[Service]:
    """The API of somebody whose receivers are on loopback."""
    settings = make_settings(outbound_allow_cidrs=read_networks("127.0.0.0/8"))
    async with serve(settings) as running:
        yield running


async def make(http: httpx.AsyncClient, **fields: Any) -> Json:
    reply = await http.post(V1 + "/webhooks", json={"url": URL, **fields})
    assert reply.status_code == 201, reply.text
    return reply.json()


async def deliveries(http: httpx.AsyncClient, webhook: Json, query: str = "") -> list[Json]:
    reply = await http.get(f"{V1}/webhooks/{webhook['id']}/deliveries{query}")
    assert reply.status_code == 200, reply.text
    return reply.json()["items"]


async def test_the_secret_is_shown_when_it_is_made_and_never_again(
    http: httpx.AsyncClient, service: Service
) -> None:
    made = await make(http, description="Mine")
    assert made["secret"].startswith("whsec_")
    assert made["events"] == list(WebhookEvent)
    shown = (await http.get(f"{V1}/webhooks/{made['id']}")).json()
    assert shown == {key: value for key, value in made.items() if key != "secret"}
    page = (await http.get(V1 + "/webhooks")).json()
    assert (page["items"], page["total"]) == ([shown], 1)
    async with service.context.db.connection() as conn:
        row = await (await conn.execute("SELECT secret FROM webhooks")).fetchone()
    assert row is not None
    assert made["secret"].encode() not in row[0]


async def test_a_repeated_request_gets_the_same_webhook_and_secret(
    http: httpx.AsyncClient, service: Service
) -> None:
    headers = {"Idempotency-Key": "once"}
    body = {"url": URL, "secret": "s" * 200}
    first, second = [await http.post(V1 + "/webhooks", json=body, headers=headers) for _ in "ab"]
    assert first.json() == second.json()
    assert second.headers["Location"] == f"/api/v1/webhooks/{first.json()['id']}"
    assert (await http.get(V1 + "/webhooks")).json()["total"] == 1
    async with service.context.db.connection() as conn:
        kept = await (await conn.execute("SELECT response::text FROM idempotency_keys")).fetchone()
    assert kept is not None
    assert "ssss" not in kept[0]


async def test_events_come_as_a_list_or_as_switches(http: httpx.AsyncClient) -> None:
    made = await make(http, events=["job.failed", "job.completed", "job.failed"])
    assert made["events"] == ["job.failed", "job.completed"]
    switches = {
        "job_started": True, "job_completed": True, "job_failed": True, "job_progress": False,
        "video_uploaded": True,
    }  # fmt: skip
    made = await make(http, events=switches, secret="your-webhook-secret")
    assert made["events"] == ["job.started", "job.completed", "job.failed", "video.uploaded"]
    assert made["secret"] == "your-webhook-secret"
    none: list[Any] = [[], {"job_failed": False}, ["job.exploded"], {"job_exploded": True}]
    for events in none:
        reply = await http.post(V1 + "/webhooks", json={"url": URL, "events": events})
        assert problem(reply, 422, "invalid_request")["errors"][0]["field"].startswith("events")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://192.0.1.1/hook", "url_refused"),
        ("https://127.0.0.1/hook", "url_refused"),
        ("https://localhost/hook", "url_refused"),
        ("https://[::1]/hook", "url_refused"),
        ("https://[::ffff:10.0.0.1]/hook", "url_refused"),
        ("https://2130706433/hook", "url_refused"),
        ("https://0x7f.1/hook", "url_refused"),
        ("https://169.254.169.254/latest", "url_refused"),
        ("https://user@192.0.1.1/hook", "url_refused"),
        ("https://192.0.1.1:22/hook", "url_refused"),
        ("ftp://192.0.1.1/hook", "url_refused"),
        ("https://nowhere.invalid/hook", "url_unresolved"),
    ],
)
async def test_a_url_that_may_not_be_sent_to_is_refused(
    http: httpx.AsyncClient, url: str, code: str, video_id: str
) -> None:
    made = await make(http)
    job = {"video_id": video_id, "webhook_url": url}
    for field, reply in (
        ("url", await http.post(V1 + "/webhooks", json={"url": url})),
        ("url", await http.patch(f"{V1}/webhooks/{made['id']}", json={"url": url})),
        ("webhook_url", await http.post(V1 + "/jobs", json=job)),
    ):
        [error] = problem(reply, 422, "invalid_request")["errors"]
        assert (error["field"], error["code"]) == (field, code)
    assert (await http.get(V1 + "/webhooks")).json()["total"] == 1
    assert (await http.get(V1 + "/jobs")).json()["total"] == 0


async def test_an_allowed_network_may_be_sent_to_without_tls(lenient: Service) -> None:
    async with lenient.client(await lenient.account()) as http:
        assert (await make(http, url="http://127.0.0.1:9/x"))["url"] == "http://127.0.0.1:9/x"


async def test_a_bad_secret_is_refused(http: httpx.AsyncClient, video_id: str) -> None:
    for body in ({"secret": "short"}, {"secret": "whsec_short"}):
        reply = await http.post(V1 + "/webhooks", json={"url": URL, **body})
        assert problem(reply, 422, "invalid_request")["errors"][0]["field"] == "secret"
    job = {"video_id": video_id, "webhook_secret": "long enough, but for what?"}
    problem(await http.post(V1 + "/jobs", json=job), 422, "invalid_request")


async def test_changes_and_switching_off_and_on(
    http: httpx.AsyncClient, service: Service, video_id: str
) -> None:
    made = await make(http, events=["job.started", "job.cancelled"])
    path = f"{V1}/webhooks/{made['id']}"
    changed = (await http.patch(path, json={"url": URL + "2", "description": "x"})).json()
    assert (changed["url"], changed["description"]) == (URL + "2", "x")
    assert changed["events"] == made["events"]
    first = await post_job(http, video_id)
    await http.post(f"{V1}/jobs/{first['id']}/cancel")
    assert not (await http.patch(path, json={"active": False})).json()["active"]
    second = await post_job(http, video_id)
    await http.post(f"{V1}/jobs/{second['id']}/cancel")
    [waiting] = await deliveries(http, made)
    assert (waiting["status"], waiting["next_attempt_at"]) == ("pending", None)
    for action in ("test", "rotate-secret"):
        reply = await http.post(f"{path}/{action}", json={})
        if action == "test":
            problem(reply, 409, "webhook_inactive")
    problem(await http.post(f"{V1}/deliveries/{waiting['id']}/redeliver"), 409, "webhook_inactive")
    await http.patch(path, json={"active": True})
    await rows.disable_webhook(service.context.db, made["id"], "Gone.")
    assert (await http.get(path)).json()["disabled_reason"] == "Gone."
    [notice] = (await http.get(V1 + "/auth/me")).json()["notices"]
    assert (notice["code"], notice["webhook_id"]) == ("webhook_disabled", made["id"])
    revived = (await http.patch(path, json={"active": True})).json()
    assert (revived["active"], revived["disabled_at"]) == (True, None)
    assert (await http.get(V1 + "/auth/me")).json()["notices"] == []
    [waiting] = await deliveries(http, made)
    assert waiting["next_attempt_at"] is not None


async def test_a_test_event_and_its_log(http: httpx.AsyncClient) -> None:
    made = await make(http)
    headers = {"Idempotency-Key": "one test"}
    path = f"{V1}/webhooks/{made['id']}/test"
    first, again = [await http.post(path, headers=headers) for _ in "ab"]
    assert first.status_code == again.status_code == 202
    assert first.json() == again.json()
    whole = (await http.get(f"{V1}/deliveries/{first.json()['id']}")).json()
    assert whole["payload"]["event"] == "webhook.test"
    assert whole["payload"]["id"] == whole["id"]
    assert whole["attempt_log"] == []


async def test_deliveries_are_listed_by_status_and_event_in_pages(
    http: httpx.AsyncClient, video_id: str, work: Work
) -> None:
    made = await make(http)
    job = await post_job(http, video_id)
    await work.publish(job["id"])
    everything = await deliveries(http, made)
    first = min(everything, key=lambda one: one["seq"])
    assert first["event"] == "job.started"
    assert [one["id"] for one in await deliveries(http, made, "?event=job.completed")] == [
        one["id"] for one in everything if one["event"] == "job.completed"
    ]
    assert await deliveries(http, made, "?status=failed") == []
    paged: list[Json] = []
    cursor = ""
    while True:
        reply = await http.get(
            f"{V1}/webhooks/{made['id']}/deliveries?limit=2{cursor and '&cursor=' + cursor}"
        )
        paged += reply.json()["items"]
        cursor = reply.json()["next_cursor"]
        if cursor is None:
            break
    assert paged == everything
    problem(
        await http.get(f"{V1}/webhooks/{made['id']}/deliveries?status=lost"), 422, "invalid_request"
    )


async def test_sending_again_begins_another_round(
    http: httpx.AsyncClient, service: Service
) -> None:
    made = await make(http)
    sent = (await http.post(f"{V1}/webhooks/{made['id']}/test")).json()
    async with service.context.db.connection() as conn:
        await conn.execute(
            "UPDATE deliveries SET status = 'failed', tries = 7, attempts = 7,"
            " next_attempt_at = NULL, finished_at = now()"
        )
    reply = await http.post(f"{V1}/deliveries/{sent['id']}/redeliver")
    again = reply.json()
    assert (reply.status_code, again["status"], again["attempts"]) == (202, "pending", 7)
    assert again["finished_at"] is None


async def test_rotation_keeps_the_old_secret_for_a_while(http: httpx.AsyncClient) -> None:
    made = await make(http)
    path = f"{V1}/webhooks/{made['id']}"
    rotated = (await http.post(path + "/rotate-secret", json={})).json()
    assert rotated["secret"] != made["secret"]
    assert rotated["previous_secret_until"] is not None
    at_once = (await http.post(path + "/rotate-secret", json={"overlap_seconds": 0})).json()
    assert at_once["previous_secret_until"] is None
    too_long = await http.post(path + "/rotate-secret", json={"overlap_seconds": 10**7})
    problem(too_long, 422, "invalid_request")


async def test_a_job_has_a_webhook_of_its_own(
    http: httpx.AsyncClient, video_id: str, work: Work
) -> None:
    job = await post_job(http, video_id, webhook_url=URL, webhook_secret="your-webhook-secret")
    assert (await http.get(V1 + "/webhooks")).json()["items"] == []
    [webhook] = (await http.get(f"{V1}/webhooks?job_id={job['id']}")).json()["items"]
    assert webhook["job_id"] == job["id"]
    await work.publish(job["id"])
    events = {one["event"] for one in await deliveries(http, webhook)}
    assert {"job.started", "job.playable", "job.completed"} <= events


async def test_there_is_a_limit_and_deleting_makes_room(
    http: httpx.AsyncClient, service: Service, ada: Account
) -> None:
    made = await make(http)

    async def fill(conn: Connection) -> None:
        await conn.execute(
            "INSERT INTO webhooks (id, owner_id, url, lane, events, secret)"
            " SELECT uuidv7(), owner_id, url, lane, events, secret FROM webhooks,"
            " generate_series(2, %s)",
            [MAX_WEBHOOKS],
        )

    async with service.context.db.connection() as conn:
        await fill(conn)
    problem(await http.post(V1 + "/webhooks", json={"url": URL}), 409, "too_many_webhooks")
    assert (await http.delete(f"{V1}/webhooks/{made['id']}")).status_code == 204
    problem(await http.get(f"{V1}/webhooks/{made['id']}"), 404, "not_found")
    await make(http)
