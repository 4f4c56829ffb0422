"""What needs no server: ids, tokens, names, layouts, backoff, logs."""

from __future__ import annotations

import json
import logging
import time
from uuid import UUID

import jwt
import pytest

from vidmill import logs
from vidmill.errors import NotFound, TokenExpired, Unauthenticated, VidmillError
from vidmill.ids import new_id
from vidmill.settings import Settings
from vidmill.tasks import backoff_seconds
from vidmill.tokens import Signer, playback_expiry
from vidmill.uploads import MIB, part_layout, safe_filename, upload_key
from vidmill.users import hash_api_key, new_api_key

SIGNER = Signer("s" * 40)
USER = UUID(int=7)


def test_ids_are_version_7_unique_and_sort_by_time() -> None:
    ids = [new_id() for _ in range(1000)]
    assert {i.version for i in ids} == {7}
    assert len(set(ids)) == 1000
    early = new_id()
    time.sleep(0.002)
    assert early < new_id()


SESSION = UUID(int=8)


def test_an_access_token_names_its_session_until_it_ends() -> None:
    token, ends = SIGNER.access(USER, SESSION, ttl_seconds=60)
    assert SIGNER.access_session(token) == SESSION
    assert 58 <= ends - time.time() <= 60
    expired, _ = SIGNER.access(USER, SESSION, ttl_seconds=-1)
    with pytest.raises(TokenExpired):
        SIGNER.access_session(expired)


@pytest.mark.parametrize("algorithm", ["none", "HS512"])
def test_an_access_token_with_another_algorithm_is_refused(algorithm: str) -> None:
    token, _ = SIGNER.access(USER, SESSION, ttl_seconds=60)
    claims = jwt.decode(token, options={"verify_signature": False})
    secret = SIGNER._key("session")
    key = "" if algorithm == "none" else secret * 2
    forged = jwt.encode(claims, key, algorithm=algorithm)
    with pytest.raises(Unauthenticated):
        SIGNER.access_session(forged)


def test_tokens_of_one_use_are_none_of_another() -> None:
    refresh, cookie = SIGNER.refresh(SESSION, 70_000), SIGNER.cookie(SESSION)
    assert SIGNER.refresh_session(refresh) == (SESSION, 70_000)
    assert SIGNER.cookie_session(cookie) == SESSION
    playback = SIGNER.playback(SESSION, expires=0)
    for token in (cookie, playback, SIGNER.access(USER, SESSION, ttl_seconds=60)[0]):
        with pytest.raises(Unauthenticated):
            SIGNER.refresh_session(token)
    for token in (refresh, playback, ""):
        with pytest.raises(Unauthenticated):
            SIGNER.cookie_session(token)
    for token in (refresh, cookie):
        with pytest.raises(NotFound):
            SIGNER.playback_job(token)


def test_a_playback_token_opens_one_job_until_it_expires() -> None:
    token = SIGNER.playback(USER, expires=int(time.time()) + 60)
    assert SIGNER.playback_job(token) == USER
    assert SIGNER.playback_job(SIGNER.playback(USER, expires=0)) == USER
    with pytest.raises(NotFound, match="expired"):
        SIGNER.playback_job(SIGNER.playback(USER, expires=int(time.time()) - 1))


def test_no_changed_playback_token_is_accepted() -> None:
    token = SIGNER.playback(USER, expires=0)
    for position in range(len(token) - 1):
        changed = "A" if token[position] != "A" else "B"
        with pytest.raises(NotFound):
            SIGNER.playback_job(token[:position] + changed + token[position + 1 :])
    for nonsense in (
        "",
        "A",
        "..",
        "%",
        "ä",
        token[:-4],
        Signer("x" * 40).playback(USER, expires=0),
    ):
        with pytest.raises(NotFound):
            SIGNER.playback_job(nonsense)
    access, _ = SIGNER.access(USER, SESSION, ttl_seconds=60)
    with pytest.raises(NotFound):
        SIGNER.playback_job(access)


def test_playback_urls_stay_the_same_for_a_while() -> None:
    assert playback_expiry(400, now=1001.0) == playback_expiry(400, now=1099.0)
    for now in (0.0, 1.0, 99.5, 1234.5):
        assert 400 <= playback_expiry(400, now=now) - now <= 500


@pytest.mark.parametrize(
    ("size", "part_size", "count"),
    [
        (1, 16 * MIB, 1),
        (16 * MIB, 16 * MIB, 1),
        (16 * MIB + 1, 16 * MIB, 2),
        (3200 * MIB, 16 * MIB, 200),
        (3201 * MIB, 17 * MIB, 189),
        (20_000_000_000, 64 * MIB, 299),
        (64_000 * MIB, 64 * MIB, 1000),
        (64_001 * MIB, 65 * MIB, 985),
        (5 * 10**12, 4769 * MIB, 1000),
    ],
)
def test_parts_are_few_and_cover_the_file(size: int, part_size: int, count: int) -> None:
    assert part_layout(size) == (part_size, count)
    assert (count - 1) * part_size < size <= count * part_size


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("clip.mp4", "clip.mp4"),
        ("../../etc/passwd", "passwd"),
        ("C:\\films\\Ünter dem Baum.MOV", "Unter_dem_Baum.MOV"),
        ("视频", "video"),
        ("...", "video"),
        ('a"b\r\nc.mp4', "a_b_c.mp4"),
        ("x" * 300 + ".mkv", "x" * 96 + ".mkv"),
        ("noending", "noending"),
    ],
)
def test_filenames_become_safe(name: str, safe: str) -> None:
    assert safe_filename(name) == safe
    assert upload_key(USER, USER, name) == f"uploads/{USER}/{USER}/{safe}"


def test_backoff_doubles_within_its_bounds() -> None:
    for attempt, ceiling in ((1, 5), (2, 10), (3, 20), (20, 1800)):
        waits = [backoff_seconds(attempt, base=5, cap=1800) for _ in range(200)]
        assert ceiling / 2 <= min(waits) <= max(waits) <= ceiling
        assert max(waits) - min(waits) > ceiling / 10


def test_api_keys_are_long_and_stored_as_hashes() -> None:
    key = new_api_key()
    assert key.startswith("vm_")
    assert len(key) >= 46
    assert hash_api_key(key) == hash_api_key(key) != hash_api_key(new_api_key())


def test_every_error_has_a_code_and_says_something() -> None:
    def subclasses(cls: type[VidmillError]) -> list[type[VidmillError]]:
        return [cls, *(c for s in cls.__subclasses__() for c in subclasses(s))]

    for cls in subclasses(VidmillError):
        assert cls.__doc__, cls
        assert 400 <= cls.status <= 599


def test_a_log_line_is_json_with_the_ids_of_what_it_belongs_to() -> None:
    record = logging.makeLogRecord(
        {"name": "n", "levelname": "INFO", "msg": "hello %s", "args": ("you",), "extra_one": 1}
    )
    token = logs.job_id.set("the-job")
    try:
        line = json.loads(logs.JsonFormatter("test").format(record))
    finally:
        logs.job_id.reset(token)
    assert line["message"] == "hello you"
    assert (line["service"], line["job_id"], line["extra_one"]) == ("test", "the-job", 1)
    assert "task_id" not in line


def test_origins_are_split_and_urls_lose_their_last_slash() -> None:
    settings = Settings.model_validate(
        {
            "database_url": "postgresql://x",
            "redis_url": "redis://x",
            "s3_endpoint_url": "http://s3/",
            "s3_public_endpoint_url": "http://s3",
            "s3_access_key": "k",
            "s3_secret_key": "s",
            "secret_key": "s" * 32,
            "cors_origins": "http://a/, http://b",
        }
    )
    assert settings.cors_origins == ("http://a", "http://b")
    assert settings.s3_endpoint_url == "http://s3"
