"""Nobody reads or changes what belongs to somebody else: every route is tried with everything that
Ada has, by Bob and by nobody. A route without an entry here fails `test_every_route_has_its_trial`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest

from vidmill.access import Scope
from vidmill.db.workers import register_worker
from vidmill.ids import new_id
from vidmill.users import Role
from vidmill_api.app import PREFIX, ROUTES
from vidmill_api.operation import Operation, operation_of

from .running import MIB, V1, Account, Json, Service, content_of, post_job, problem, upload
from .test_session_tokens import begin
from .trials import OPEN, TRIALS, Trial
from .worked import CONTENTS, Work


@dataclass(frozen=True)
class Estate:
    """Everything that Ada has, by the names that trials use."""

    things: dict[str, list[str]]

    def named_by(self, trial: Trial) -> list[str]:
        """The kinds of things that a trial is for."""
        return [name for name in self.things if f"{{{name}}}" in f"{trial.path} {trial.body}"]

    def attempts(self, trial: Trial) -> Iterator[tuple[str, Json | None]]:
        """A path and body for each thing that the trial names; one if it names none."""
        names = self.named_by(trial)
        pairs = [(thing, names[0]) for thing in self.things[names[0]]] if names else [("", "")]
        assets = self.things["asset"]
        for thing, name in pairs:
            mark = f"{{{name}}}"
            path = trial.path.replace(mark, thing).replace("{asset}", assets[0])
            body = trial.body and {
                key: value.replace(mark, thing) if isinstance(value, str) else value
                for key, value in trial.body.items()
            }
            yield path, body

    def mentions(self, text: str) -> list[str]:
        """Which of Ada's things a text tells of."""
        return [thing for things in self.things.values() for thing in things if thing in text]


def needs_somebody() -> dict[tuple[str, str], str]:
    """Method and path of every route that asks who is there, with the name of its endpoint."""
    found: dict[tuple[str, str], str] = {}
    for route in ROUTES:
        declared = operation_of(route.endpoint)
        if declared is None or not declared.authenticated:
            continue
        for method in (route.methods or set()) - {"HEAD"}:
            found[method, route.path] = route.name
    return found


def for_everybody() -> list[Trial]:
    """The trials of routes that also answer without credentials."""
    return trials_of(lambda declared: declared.authenticated == "optional")


def for_administrators() -> list[Trial]:
    """The trials of routes that nobody else may use."""
    return trials_of(lambda declared: declared.scope is Scope.ADMIN)


def trials_of(wanted: Callable[[Operation], bool]) -> list[Trial]:
    found: list[Trial] = []
    for route in ROUTES:
        declared = operation_of(route.endpoint)
        if declared is not None and wanted(declared):
            for method in (route.methods or set()) - {"HEAD"}:
                found += TRIALS[method, route.path.removeprefix(PREFIX)]
    return found


def requests(estate: Estate) -> Iterator[tuple[str, str, Json | None, Trial]]:
    """Method, path, body and trial: below the prefix for everything that Ada has, at the root, for
    the same endpoints, for one thing of each kind."""
    for method, route in needs_somebody():
        below = route.startswith(PREFIX)
        for trial in TRIALS[method, route.removeprefix(PREFIX)]:
            attempts = estate.attempts(trial)
            for path, body in attempts if below else [next(attempts)]:
                yield method, PREFIX * below + path, body, trial


@pytest.fixture
async def bob(service: Service) -> Account:
    return await service.account()


@pytest.fixture
async def estate(service: Service, http: httpx.AsyncClient, ada: Account, work: Work) -> Estate:
    """Ada's."""
    return await estate_of(service, http, ada, work)


async def estate_of(service: Service, http: httpx.AsyncClient, ada: Account, work: Work) -> Estate:
    """Uploads pending, whole and in parts, and completed; jobs queued, failed and done; and all
    else that routes are for."""
    done = await upload(http, content_of(100), filename="ada.mp4")
    pending: list[Json] = []
    for size in (100, 200 * MIB):
        reply = await http.post(V1 + "/uploads", json={"filename": "ada.mp4", "size": size})
        pending.append(reply.json())
    assert [one["mode"] for one in pending] == ["single", "multipart"]
    await service.context.storage.put(
        pending[0]["key"], content_of(100), content_type="application/octet-stream"
    )
    queued, failed, published = [await post_job(http, done["video_id"]) for _ in range(3)]
    await work.fail(await work.begin(failed["id"]))
    await work.publish(published["id"])
    outputs = (await http.get(f"{V1}/jobs/{published['id']}/outputs")).json()["items"]
    assert len(outputs) == len(CONTENTS)
    await register_worker(service.context.db, "host-of-all-1", host="h", pid=1, slots=1)
    made = await http.post(V1 + "/presets", json={"name": "adas-own", "thumbnail_percents": []})
    assert made.status_code == 201, made.text
    await http.post(V1 + "/api-keys", json={"name": "a spare one"})
    keys = (await http.get(V1 + "/api-keys")).json()["items"]
    webhook = (await http.post(V1 + "/webhooks", json={"url": "https://192.0.1.1/ada"})).json()
    delivery = (await http.post(f"{V1}/webhooks/{webhook['id']}/test")).json()
    root = await service.account(Role.ADMIN)
    invite = await http.post(V1 + "/admin/invites", json={}, headers=root.headers)
    return Estate(
        {
            "session": [str((await begin(service, ada.user)).id)],
            "api_key": [one["id"] for one in keys],
            "invite": [invite.json()["id"]],
            "user": [str(ada.user.id)],
            "preset": ["adas-own"],
            "worker": ["host-of-all-1"],
            "webhook": [webhook["id"]],
            "delivery": [delivery["id"]],
            "upload": [done["id"], *(one["id"] for one in pending)],
            "source_key": [done["key"], *(one["key"] for one in pending)],
            "video": [done["video_id"]],
            "job": [published["id"], queued["id"], failed["id"]],
            "asset": [one["id"] for one in outputs],
            "output_key": [one["key"] for one in outputs],
        }
    )


async def everything(http: httpx.AsyncClient, estate: Estate) -> list[Json]:
    """What Ada sees of what she has; without what is new in every answer."""
    kinds = ("job", "upload", "video", "webhook")
    paths = [f"/{kind}s/{one}" for kind in kinds for one in estate.things[kind]]
    shown = [(await http.get(V1 + path)).json() for path in paths]
    return [
        {key: value for key, value in one.items() if key not in {"url", "eta_seconds"}}
        for one in shown
    ]


def test_every_route_has_its_trial() -> None:
    tried = {path for _, path in needs_somebody()}
    assert {(m, p.removeprefix(PREFIX)) for m, p in needs_somebody()} == set(TRIALS)
    declared = {route.path: operation_of(route.endpoint) for route in ROUTES}
    assert declared.keys() - tried == {r.path for r in ROUTES if r.endpoint.__name__ in OPEN}
    for (_, path), entries in TRIALS.items():
        if "{" in path:
            assert all("{" in trial.path for trial in entries), f"{path} is tried on nothing"


async def test_nobody_gets_anything(
    service: Service, http: httpx.AsyncClient, estate: Estate
) -> None:
    before = await everything(http, estate)
    async with service.client() as nobody:
        for method, path, body, trial in requests(estate):
            reply = await nobody.request(method, path, json=body)
            if trial not in for_everybody():
                problem(reply, 401, "unauthenticated")
            assert set(estate.mentions(reply.text)) <= set(estate.mentions(f"{path} {body}"))
    assert await everything(http, estate) == before


async def test_bob_gets_nothing_of_adas(
    service: Service, http: httpx.AsyncClient, estate: Estate, bob: Account
) -> None:
    before = await everything(http, estate)
    stored = await service.context.storage.list_keys("")
    async with service.client(bob) as client:
        for method, path, body, trial in requests(estate):
            reply = await client.request(method, path, json=body)
            if trial in for_administrators():
                problem(reply, 403, "forbidden")
                assert estate.mentions(reply.text) == []
            elif trial.refused:
                problem(reply, *trial.refused)
            elif not estate.named_by(trial):
                assert reply.is_success, f"{method} {path}: {reply.text}"
                assert estate.mentions(reply.text) == []
            else:
                problem(reply, 404, trial.code)
                asked = f"{path} {body}"
                assert set(estate.mentions(reply.text)) <= set(estate.mentions(asked))
        for kind in ("jobs", "videos"):
            page = (await client.get(f"{V1}/{kind}")).json()
            assert (page["items"], page["next_cursor"], page["total"]) == ([], None, 0)
    assert await everything(http, estate) == before
    assert await service.context.storage.list_keys("") == stored


async def test_what_is_adas_looks_like_what_is_not_there(
    service: Service, estate: Estate, bob: Account
) -> None:
    kinds = ("job", "upload", "video", "asset", "session", "api_key", "invite", "user")
    kinds += ("webhook", "delivery")
    nothing = {name: str(new_id()) for name in kinds}
    nothing |= {"preset": "nobodys-own", "worker": "host-of-nobody"}
    nothing["source_key"] = f"uploads/{new_id()}/{new_id()}/ada.mp4"
    nothing["output_key"] = f"processed/{new_id()}/master.m3u8"
    void = Estate({name: [thing] for name, thing in nothing.items()})
    async with service.client(bob) as client:
        for (method, _), entries in TRIALS.items():
            for trial in filter(estate.named_by, entries):
                replies: list[str] = []
                for path, body in (next(estate.attempts(trial)), next(void.attempts(trial))):
                    text = (await client.request(method, V1 + path, json=body)).text
                    for key in (body or {}).values():
                        text = text.replace(str(key), "…")
                    replies.append(text)
                assert replies[0] == replies[1], f"{method} {trial.path}"


async def test_outputs_of_one_job_are_not_reached_through_another(
    http: httpx.AsyncClient, service: Service, estate: Estate, bob: Account
) -> None:
    async with service.client(bob) as client:
        own = await upload(client)
        job = await post_job(client, own["video_id"])
        for asset in estate.things["asset"]:
            path = f"{V1}/jobs/{job['id']}/outputs/{asset}/download"
            problem(await client.get(path), 404, "not_found")
        for key in estate.things["output_key"]:
            for crooked in (
                f"processed/{job['id']}/../{key.removeprefix('processed/')}",
                f"uploads/{bob.user.id}/../../{key}",
            ):
                path = f"{V1}/download-url/{crooked.replace('..', '%2e%2e')}"
                problem(await client.get(path), 404, "not_found")


async def test_playback_token_opens_its_own_job_only(
    service: Service, estate: Estate, bob: Account, work: Work
) -> None:
    async with service.client(bob) as client:
        job = await post_job(client, (await upload(client))["video_id"])
        await work.publish(job["id"])
        hls = (await client.get(f"{V1}/jobs/{job['id']}")).json()["playback"]["hls_url"]
        base = httpx.URL(hls).path.removesuffix("master.m3u8")
    async with service.client() as player:
        assert (await player.get(base + "master.m3u8")).status_code == 200
        for key in estate.things["output_key"]:
            climbed = base + "%2e%2e/" + key.removeprefix("processed/")
            problem(await player.get(climbed), 404, "not_found")
            problem(await player.get(base + key), 404, "not_found")


async def test_idempotency_keys_are_each_users_own(
    service: Service, http: httpx.AsyncClient, bob: Account, video_id: str
) -> None:
    key = {"Idempotency-Key": "1"}
    body = {"filename": "clip.mp4", "size": 5}
    hers = await http.post(V1 + "/uploads", json=body, headers=key)
    async with service.client(bob) as client:
        his = await client.post(V1 + "/uploads", json=body, headers=key)
        assert his.status_code == hers.status_code == 201
        assert his.json()["id"] != hers.json()["id"]


async def test_administrators_see_everything(service: Service, estate: Estate) -> None:
    async with service.client(await service.account(Role.ADMIN)) as admin:
        for kind in ("jobs", "videos"):
            listed = {one["id"] for one in (await admin.get(f"{V1}/{kind}")).json()["items"]}
            assert listed == set(estate.things[kind.removesuffix("s")])
        shown = await everything(admin, estate)
    kinds = ("job", "upload", "video", "webhook")
    assert [one["id"] for one in shown] == [one for kind in kinds for one in estate.things[kind]]
