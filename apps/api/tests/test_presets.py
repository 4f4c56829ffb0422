from __future__ import annotations

from typing import Any

import httpx
import pytest

from vidmill.db.presets import MAX_PRESETS
from vidmill.presets import BUILT_IN, WEB

from .running import V1, Account, Json, Service, post_job, problem

PRESETS = V1 + "/presets"
RUNG: Json = {"short_side": 360, "crf": 23, "max_bitrate_bps": 1_000_000, "buffer_bits": 2_000_000}


def preset(name: str = "mine", **fields: Any) -> Json:
    return {"name": name, "video": {"rungs": [RUNG]}, **fields}


async def test_built_in_presets_can_be_copied_but_not_changed(http: httpx.AsyncClient) -> None:
    page = (await http.get(PRESETS)).json()
    assert {one["name"] for one in page["items"]} == set(BUILT_IN)
    assert all(one["built_in"] for one in page["items"])
    web = (await http.get(f"{PRESETS}/web")).json()
    assert web["preset"] == WEB.model_dump(mode="json")
    for reply in (
        await http.put(f"{PRESETS}/web", json=web["preset"]),
        await http.post(PRESETS, json=web["preset"]),
        await http.delete(f"{PRESETS}/web"),
    ):
        assert "POST /presets" in problem(reply, 403, "preset_built_in")["detail"]
    copied = await http.post(PRESETS, json={**web["preset"], "name": "my-web"})
    assert copied.status_code == 201
    assert copied.headers["location"] == "/api/v1/presets/my-web"
    assert copied.json()["preset"] == {**web["preset"], "name": "my-web"}
    assert not copied.json()["built_in"]


async def test_an_own_preset_is_stored_changed_used_and_deleted(
    http: httpx.AsyncClient, video_id: str
) -> None:
    key = {"Idempotency-Key": "one"}
    for _ in range(2):
        assert (await http.post(PRESETS, json=preset(), headers=key)).status_code == 201
    problem(await http.post(PRESETS, json=preset()), 409, "preset_exists")
    job = await post_job(http, video_id, preset="mine")
    changed = await http.put(f"{PRESETS}/mine", json=preset(description="Small", dash=False))
    assert changed.json()["preset"]["dash"] is False
    assert (await http.get(f"{PRESETS}/mine")).json() == changed.json()
    renamed = await http.put(f"{PRESETS}/mine", json=preset("other"))
    assert problem(renamed, 422, "invalid_request")["errors"][0]["field"] == "name"
    assert (await http.delete(f"{PRESETS}/mine")).status_code == 204
    for method in ("GET", "DELETE"):
        problem(await http.request(method, f"{PRESETS}/mine"), 404, "not_found")
    problem(await http.put(f"{PRESETS}/mine", json=preset()), 404, "not_found")
    refused = await http.post(V1 + "/jobs", json={"video_id": video_id, "preset": "mine"})
    assert problem(refused, 422, "invalid_request")["errors"][0]["code"] == "unknown_preset"
    assert (await http.get(f"{V1}/jobs/{job['id']}")).json()["preset"] == "mine"


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"name": "Not a name"}, "name", "pattern"),
        ({"nonsense": 1}, "nonsense", "not permitted"),
        ({"hls": "yes"}, "hls", "boolean"),
        ({"video": {"codec": "h263", "rungs": []}}, "video.codec", "'h264', 'hevc', 'av1'"),
        ({"video": {"codec": "av1", "encoder_preset": "slow", "rungs": []}},
         "video.encoder_preset", "av1 takes one of 2, 3"),
        ({"video": {"rungs": [{**RUNG, "crf": 60}]}}, "video.rungs.0.crf", "from 1 to 51"),
        ({"video": {"rungs": [{**RUNG, "crf": "23"}]}}, "video.rungs.0.crf", "valid number"),
        ({"video": {"rungs": [{**RUNG, "short_side": 1}]}}, "video.rungs.0.short_side", "equal to"),
        ({"video": {"rungs": [RUNG, RUNG]}}, "video.rungs", "ascend by short_side"),
        ({"segment_seconds": 3.0}, "segment_seconds", "whole number of gop_seconds"),
        ({"thumbnail_percents": [0, 101]}, "thumbnail_percents.1", "equal to 100"),
        ({"thumbnail_percents": [0, 50, 0]}, "thumbnail_percents", "each position once"),
        ({"audio": {"channels": 5}}, "audio.channels", "1, 2 or 6"),
        ({"captions": "xx"}, "captions", "auto"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_named_with_what_is_allowed(
    http: httpx.AsyncClient, video_id: str, fields: Json, field: str, says: str
) -> None:
    wrong = preset(**fields)
    [error] = problem(await http.post(PRESETS, json=wrong), 422, "invalid_request")["errors"]
    assert error["field"] == field
    assert says in error["detail"]
    reply = await http.post(V1 + "/jobs", json={"video_id": video_id, "outputs": wrong})
    [error] = problem(reply, 422, "invalid_request")["errors"]
    assert error["field"] == f"outputs.{field}"


async def test_outputs_may_come_with_the_job(
    service: Service, http: httpx.AsyncClient, video_id: str
) -> None:
    outputs = {"video": {"rungs": [RUNG]}, "dash": False}
    job = await post_job(http, video_id, outputs=outputs)
    assert job["preset"] == "custom"
    async with service.context.db.connection() as conn:
        row = await (await conn.execute("SELECT spec FROM jobs")).fetchone()
    assert row is not None
    assert row[0]["dash"] is False
    assert [rung["short_side"] for rung in row[0]["video"]["rungs"]] == [360]
    both = {"video_id": video_id, "preset": "web", "outputs": outputs}
    refused = problem(await http.post(V1 + "/jobs", json=both), 422, "invalid_request")
    assert "either preset or outputs" in refused["errors"][0]["detail"]


async def test_presets_are_each_accounts_own(service: Service, http: httpx.AsyncClient) -> None:
    bob = await service.account()
    assert (await http.post(PRESETS, json=preset())).status_code == 201
    async with service.client(bob) as other:
        problem(await other.get(f"{PRESETS}/mine"), 404, "not_found")
        assert (await other.post(PRESETS, json=preset(mp4=False))).status_code == 201
    assert (await http.get(f"{PRESETS}/mine")).json()["preset"]["mp4"] is True


async def test_pages_and_the_most_an_account_may_have(
    service: Service, http: httpx.AsyncClient, ada: Account
) -> None:
    async with service.context.db.connection() as conn:
        await conn.execute(
            "INSERT INTO presets (name, owner_id, spec) SELECT 'p' || lpad(n::text, 3, '0'), %s,"
            " (SELECT spec FROM presets WHERE name = 'web') FROM generate_series(1, %s) n",
            [ada.user.id, MAX_PRESETS],
        )
    problem(await http.post(PRESETS, json=preset()), 409, "too_many_presets")
    names: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await http.get(PRESETS, params={"limit": 80, **cursor})).json()
        assert page["total"] == MAX_PRESETS + len(BUILT_IN)
        names += [one["name"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert names == sorted(set(names))
    assert len(names) == MAX_PRESETS + len(BUILT_IN)
