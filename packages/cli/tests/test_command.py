"""What the command says, where it says it, and its exit codes."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from vidmill.settings import Settings
from vidmill_cli.client import Client
from vidmill_cli.main import run
from vidmill_stack.pytest_plugin import Servers

from .conftest import ApiThread, Command, admin_key

NOBODY = "http://127.0.0.1:9"
NO_JOB = "01890a5d-ac96-774b-bcce-b302099a8057"


def password_of(settings: Settings) -> str:
    assert settings.admin_password is not None
    return settings.admin_password.get_secret_value()


def test_login_with_a_password_is_remembered_and_forgotten(
    anonymous: Command, api: ApiThread
) -> None:
    email = api.settings.admin_email
    done = anonymous(
        "login", "--url", api.url + "/", "--email", email, stdin=password_of(api.settings) + "\n"
    )
    assert done.code == 0, done.stderr
    stored = anonymous.home / "config" / "vidmill" / "login.json"
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600
    assert password_of(api.settings) not in stored.read_text()
    assert anonymous("jobs").code == 0
    shown = anonymous("status", "--json").json()[0]
    assert (shown["url"], shown["user"]["email"]) == (api.url, email)
    assert anonymous("logout").stdout == "Signed out.\n"
    assert not stored.exists()
    assert anonymous("logout").stdout == "Nobody was signed in.\n"


def test_login_with_a_key_is_checked_first(anonymous: Command, api: ApiThread) -> None:
    wrong = anonymous("login", "--url", api.url, "--api-key", "vm_wrong")
    assert wrong.code == 3
    assert not (anonymous.home / "config").exists()
    key = admin_key(api.settings)
    assert anonymous("login", "--url", api.url, "--api-key", key).code == 0
    assert anonymous("jobs").stderr == "There are no jobs yet.\n"
    # What the environment says goes first.
    assert anonymous("jobs", VIDMILL_API_KEY="vm_wrong").code == 3


def test_what_is_stored_for_one_server_is_not_sent_to_another(
    anonymous: Command, api: ApiThread
) -> None:
    key = admin_key(api.settings)
    assert anonymous("login", "--url", api.url, "--api-key", key).code == 0
    other = api.url.replace("127.0.0.1", "localhost")
    refused = anonymous("jobs", VIDMILL_URL=other)
    assert refused.code == 3
    assert f"Nobody is signed in at {other}." in refused.stderr


def test_a_wrong_password_is_told(anonymous: Command, api: ApiThread) -> None:
    email = api.settings.admin_email
    wrong = anonymous("login", "--url", api.url, "--email", email, "--password", "nonsense")
    assert wrong.code == 3
    assert "do not belong together" in wrong.stderr
    assert anonymous("login", "--url", api.url, "--email", email).code == 2


def test_who_is_not_signed_in_is_told_how(anonymous: Command, api: ApiThread) -> None:
    refused = anonymous("jobs", "--json", VIDMILL_URL=api.url)
    assert (refused.code, refused.stdout) == (3, "")
    assert "vidmill login" in refused.stderr
    refused = anonymous("jobs", VIDMILL_URL=api.url, VIDMILL_API_KEY="vm_wrong")
    assert refused.code == 3
    assert "VIDMILL_API_KEY is set" in refused.stderr
    assert anonymous("status", VIDMILL_URL=api.url).code == 3


def test_a_silent_server_is_told(anonymous: Command, clip: Path) -> None:
    anonymous.environment = {"VIDMILL_URL": NOBODY, "VIDMILL_API_KEY": "vm_any"}
    silent = anonymous("upload", str(clip), "--json")
    assert (silent.code, silent.stdout) == (4, "")
    assert f"No answer from {NOBODY}" in silent.stderr


def test_another_kind_of_server_is_told(anonymous: Command, servers: Servers) -> None:
    storage = f"http://127.0.0.1:{servers.config.s3_port}"
    refused = anonymous("jobs", VIDMILL_URL=storage, VIDMILL_API_KEY="vm_any")
    assert refused.code == 3
    assert "The server answered 4" in refused.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["upload"],
        ["upload", "/nonexistent.mp4"],
        ["upload", "/dev/null"],
        ["upload", sys.executable, "--priority", "11"],
        ["upload", sys.executable, "--metadata", "novalue"],
        ["job", "not-an-id"],
        ["jobs", "--status", "sleeping"],
        ["login", "--api-key", "k", "--email", "e@example.com"],
        ["login", "--url", "ftp://example.com", "--api-key", "k"],
        ["login", "--url", "http://127.0.0.1:port", "--api-key", "k"],
        ["nonesuch"],
    ],
)
def test_wrong_usage_exits_with_2(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert run(arguments) == 2


def test_several_jobs_are_posted_cancelled_and_retried(vidmill: Command, clip: Path) -> None:
    posted = vidmill("upload", str(clip), str(clip), "--priority", "9", "--json")
    assert posted.code == 0, posted.stderr
    first, second = posted.json()
    assert first["id"] != second["id"]
    assert (first["priority"], first["status"]) == (9, "queued")

    cancelled = vidmill("cancel", first["id"], NO_JOB)
    assert cancelled.code == 3
    assert cancelled.stdout == f"{first['id']}: cancelled\n"
    assert NO_JOB in cancelled.stderr
    watched = vidmill("job", first["id"], "--watch")
    assert watched.code == 1
    assert f"vidmill retry {first['id']}" in watched.stdout
    assert vidmill("delete", second["id"], "--yes").code == 3
    assert vidmill("download", second["id"]).code == 3
    assert vidmill("retry", first["id"]).stdout == f"{first['id']}: queued\n"
    assert vidmill("retry", first["id"]).code == 3


def test_a_job_can_be_told_to_take_nothing_over_and_to_write_captions(
    vidmill: Command, clip: Path, settings: Settings
) -> None:
    jobs = vidmill("upload", str(clip), "--json").json()
    jobs += vidmill("upload", str(clip), "--no-reuse", "--captions", "de", "--json").json()
    with psycopg.connect(settings.database_url.get_secret_value()) as conn:
        rows = conn.execute(
            "SELECT reuse, spec ->> 'captions' FROM jobs WHERE id = ANY(%s::uuid[]) ORDER BY id",
            [[job["id"] for job in jobs]],
        ).fetchall()
    assert rows == [(True, None), (False, "de")]
    refused = vidmill("upload", str(clip), "--captions", "klingon")
    assert refused.code == 3
    assert "captions" in refused.stderr


def test_lists_are_cut_and_searched(vidmill: Command, clip: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.mp4"
    other.write_bytes(clip.read_bytes())
    posted = vidmill("upload", str(clip), str(clip), str(other), "--json").json()
    newest_first = [job["id"] for job in reversed(posted)]
    listed = vidmill("jobs", "--all", "--json")
    assert [job["id"] for job in listed.json()] == newest_first
    cut = vidmill("jobs", "--limit", "2", "--json")
    assert [job["id"] for job in cut.json()] == newest_first[:2]
    table = vidmill("jobs", "--limit", "2")
    assert newest_first[1] in table.stdout
    assert newest_first[2] not in table.stdout
    assert "There are more" in table.stderr
    found = vidmill("jobs", "--search", "other")
    assert found.stdout.count("queued") == 1
    assert "a [clip].mp4" in vidmill("jobs").stdout
    assert vidmill("jobs", "--status", "failed").stderr == "There are no such jobs.\n"


def test_a_list_goes_on_over_pages(vidmill: Command, clip: Path, client: Client) -> None:
    first = client.transcode(clip)
    for _ in range(4):
        client.create_job(video_id=first["video_id"])
    assert len({job["id"] for job in client.list_jobs(page_size=2)}) == 5
    once = [
        client.create_job(video_id=first["video_id"], idempotency_key="once")["id"]
        for _ in range(2)
    ]
    assert once[0] == once[1]


def test_help_is_shown_without_loading_the_client() -> None:
    code = (
        "import sys\nfrom vidmill_cli.main import run\nrun(['--help'])\n"
        "print(sorted({'httpx', 'rich'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines()[-1] == "[]"


def test_a_url_is_left_to_the_server(vidmill: Command, client: Client) -> None:
    done = vidmill("upload", "https://media.example.com/a%20talk.mov", "--priority", "7", "--json")
    assert done.code == 0, done.stderr
    job = client.get_job(done.json()[0]["id"])
    assert (job["filename"], job["priority"]) == ("a talk.mov", 7)
    assert [(task["kind"], task["status"]) for task in job["tasks"]] == [
        ("fetch", "queued"), ("plan", "blocked"),
    ]  # fmt: skip


def test_what_is_wrong_with_a_url_is_told(vidmill: Command) -> None:
    inner = vidmill("upload", "https://169.254.169.254/latest")
    assert inner.code == 3
    assert "in a private network" in inner.stderr
    other = vidmill("upload", "ftp://media.example.com/talk.mov")
    assert other.code == 2
    assert "neither a file nor an https URL" in other.stderr
