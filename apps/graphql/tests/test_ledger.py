"""What a job used, what that costs, and what an account may use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from vidmill.settings import GIB
from vidmill_graphql.app import create_app
from vidmill_stack.pytest_plugin import MakeSettings

from .conftest import Client, Data

LEDGER = """{ jobs { id ledger { cpuSeconds inputBytes outputBytes videoSeconds
  cost { currency cpu video output total storedPerMonth } } } }"""
QUOTAS = (
    "{ me { quotas { jobsPerDay { limit used resetsAt } storedBytes { limit used resetsAt } } } }"
)
USAGE = "{ usage { jobs outputBytes cost { currency cpu video output total } } }"
PRICES = {
    "price_currency": "CHF", "price_cpu_hour": 3600.0, "price_video_minute": 6.0,
    "price_gib_output": 1024.0, "price_gib_stored_month": 102.4,
}  # fmt: skip


async def asked(settings: Any, query: str, key: str) -> Any:
    """The answer of a service with these settings."""
    app = create_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http,
    ):
        return await Client(http).data(query, key)


async def test_a_jobs_ledger(make_settings: MakeSettings, data: Data) -> None:
    user, key = await data.user()
    made, queued = await data.finished_job(user), await data.job(user)
    [nothing, used] = (await asked(make_settings(**PRICES), LEDGER, key))["jobs"]
    assert nothing == {
        "id": str(queued),
        "ledger": {
            "cpuSeconds": 0, "inputBytes": 0, "outputBytes": 0, "videoSeconds": 0,
            "cost": {
                "currency": "CHF", "cpu": 0, "video": 0, "output": 0, "total": 0,
                "storedPerMonth": 0,
            },
        },
    }  # fmt: skip
    # Two renditions of 10 s, and four small files.
    size = 2 * 3_000_000_000 + 50
    output = round(size / GIB * 1024, 6)
    assert used == {
        "id": str(made),
        "ledger": {
            "cpuSeconds": 1, "inputBytes": 0, "outputBytes": size, "videoSeconds": 20,
            "cost": {
                "currency": "CHF", "cpu": 1, "video": 2, "output": output,
                "total": round(3 + output, 6),
                "storedPerMonth": pytest.approx(output / 10, abs=1e-6),
            },
        },
    }  # fmt: skip


async def test_what_was_used_on_a_day_has_the_same_cost(
    make_settings: MakeSettings, data: Data
) -> None:
    user, key = await data.user()
    await data.finished_job(user)
    settings = make_settings(**PRICES)
    [job] = (await asked(settings, LEDGER, key))["jobs"]
    days = (await asked(settings, USAGE, key))["usage"]
    cost = {name: value for name, value in job["ledger"]["cost"].items() if "stored" not in name}
    assert [day["cost"] for day in days if day["jobs"]] == [cost]


async def test_quotas_are_those_of_the_account(make_settings: MakeSettings, data: Data) -> None:
    user, key = await data.user()
    await data.finished_job(user)
    settings = make_settings(quota_jobs_per_day=7, quota_stored_bytes=10**13)
    quotas = (await asked(settings, QUOTAS, key))["me"]["quotas"]
    resets_at = datetime.fromisoformat(quotas["jobsPerDay"].pop("resetsAt"))
    assert timedelta(0) < resets_at - datetime.now(UTC) <= timedelta(days=1)
    assert quotas["jobsPerDay"] == {"limit": 7, "used": 1}
    stored = quotas["storedBytes"]
    assert (stored["limit"], stored["resetsAt"]) == (10**13, None)
    assert stored["used"] == 5_000_000_000 + 2 * 3_000_000_000 + 50
    async with data.db.connection() as conn:
        await conn.execute("UPDATE users SET quota_jobs_per_day = -1 WHERE id = %s", [user.id])
    mine = (await asked(settings, QUOTAS, key))["me"]["quotas"]["jobsPerDay"]
    assert (mine["limit"], mine["used"]) == (None, 1)


@pytest.mark.parametrize("count", [2, 9])
async def test_ledgers_of_a_page_are_read_at_once(
    client: Client, data: Data, statements: list[str], count: int
) -> None:
    user, key = await data.user()
    for _ in range(count):
        await data.finished_job(user)
    statements.clear()
    await client.data(LEDGER, key)
    # The account, the jobs, their ledgers.
    assert len(statements) == 3
    statements.clear()
    await client.data(QUOTAS, key)
    assert len(statements) == 2, "the account, and where it stands"
