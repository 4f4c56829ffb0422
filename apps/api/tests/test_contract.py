"""The service keeps to its OpenAPI document whatever it is sent: requests made from the document,
right and wrong ones, in chains too, with the keys of two accounts that must not see each other.

`make test-contract` runs it, with schemathesis in an environment of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from vidmill_stack.pytest_plugin import MakeSettings

from .running import Account, Service, post_job, serve, upload
from .worked import Work

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = ROOT / ".vidmill" / "venvs" / "contract" / "bin" / "schemathesis"
CONTRACT = Path(__file__).parent / "contract"
CASES = 20_000


async def furnish(service: Service, account: Account) -> None:
    """Something of every kind, for lists to tell of."""
    work = Work(service.context)
    async with service.client(account) as http:
        video_id = (await upload(http))["video_id"]
        jobs = [await post_job(http, video_id) for _ in range(3)]
        await work.publish(jobs[0]["id"])
        await work.fail(await work.begin(jobs[1]["id"]))


def users(accounts: dict[str, Account]) -> dict[str, Any]:
    """As Web Fuzzing Commons writes them."""
    return {
        "auth": [
            {"name": name, "fixedHeaders": [{"name": "X-API-Key", "value": account.key}]}
            for name, account in accounts.items()
        ]
    }


def configuration(folder: Path, accounts: dict[str, Account]) -> Path:
    """Schemathesis' settings, for these accounts."""
    (folder / "users.json").write_text(json.dumps(users(accounts)))
    peers = json.dumps(list(accounts))
    text = (CONTRACT / "schemathesis.toml").read_text()
    written = folder / "schemathesis.toml"
    written.write_text(f'{text}\n[auth.wfc]\npath = "{folder}/users.json"\npeers = {peers}\n')
    return written


@pytest.mark.contract
async def test_the_document_is_kept_whatever_is_sent(
    make_settings: MakeSettings, tmp_path: Path, record_property: Any
) -> None:
    async with serve(make_settings(rate_limit_per_second=0, quota_jobs_per_day=-1)) as service:
        accounts = {"ada": await service.account(), "bob": await service.account()}
        for account in accounts.values():
            await furnish(service, account)
        process = await asyncio.create_subprocess_exec(
            PROGRAM, "--config-file", configuration(tmp_path, accounts), "run",
            service.url + "/openapi.json",
            "--no-color", "--continue-on-failure",
            "--max-examples", os.environ.get("CONTRACT_EXAMPLES", "200"),
            "--generation-database", "none", "--suppress-health-check", "all",
            env={**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(CONTRACT)},
            cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said
    counted = re.search(r"([\d,]+) generated", said)
    assert counted is not None, said
    cases = int(counted[1].replace(",", ""))
    record_property("row", f"{cases:,} requests made from the document")
    assert cases >= CASES
