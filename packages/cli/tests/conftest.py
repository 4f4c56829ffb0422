from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import imageio_ffmpeg
import pytest
import uvicorn
from prometheus_client import CollectorRegistry

from vidmill.db.pool import Database
from vidmill.queue import Queue
from vidmill.settings import Settings
from vidmill.storage import Storage
from vidmill_api.__main__ import Server
from vidmill_api.app import create_app
from vidmill_cli.client import Client
from vidmill_cli.main import run
from vidmill_stack.pytest_plugin import MakeSettings
from vidmill_worker.attempt import Services
from vidmill_worker.worker import Worker

#: What a shell starts in the background ignores SIGINT, tests and all that they start included.
_INTERRUPTIBLE = (
    "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "runpy.run_module('vidmill_cli', run_name='__main__', alter_sys=True)"
)


class ApiThread:
    """The real API under uvicorn, in a thread; may be stopped and started on the same port."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.url = settings.api_public_url
        self._running: tuple[Server, threading.Thread] | None = None

    def start(self) -> None:
        app = create_app(self.settings)
        config = uvicorn.Config(
            app,
            host="127.0.0.1",
            port=self.settings.api_port,
            log_config=None,
            timeout_graceful_shutdown=2,
        )
        server = Server(config, app)
        thread = threading.Thread(target=server.run)
        thread.start()
        pause = threading.Event()
        while not server.started:
            assert thread.is_alive()
            pause.wait(0.02)
        self._running = server, thread

    def stop(self) -> None:
        if self._running is None:
            return
        server, thread = self._running
        self._running = None
        loop = server.servers[0].get_loop()
        loop.call_soon_threadsafe(server.handle_exit, signal.SIGTERM, None)
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def api_changes() -> dict[str, object]:
    """What a module's API has set differently, by the settings' field names."""
    return {}


@pytest.fixture
def api(make_settings: MakeSettings, api_changes: dict[str, object]) -> Generator[ApiThread]:
    thread = ApiThread(make_settings(**api_changes))
    thread.start()
    yield thread
    thread.stop()


@contextlib.contextmanager
def working(settings: Settings, gate: threading.Event) -> Generator[None]:
    """A worker in a thread; it takes its first task once the gate is open."""
    stop = threading.Event()

    async def work() -> None:
        services = Services(
            settings,
            Database(settings.database_url.get_secret_value(), size=8, name="test"),
            Queue(settings.redis_url.get_secret_value()),
            Storage(settings),
        )
        await services.db.open()
        worker = Worker(services, "cli-test", CollectorRegistry())
        worker.scratch.clear()
        try:
            await asyncio.to_thread(gate.wait)
            while not stop.is_set():
                await worker.run_once(0.2)
        finally:
            services.storage.close()
            await services.queue.close()
            await services.db.close()

    thread = threading.Thread(target=lambda: asyncio.run(work()))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        gate.set()
        thread.join(60)
        assert not thread.is_alive()


@pytest.fixture
def worker(settings: Settings) -> Generator[None]:
    """A worker that takes jobs while the test runs."""
    gate = threading.Event()
    gate.set()
    with working(settings, gate):
        yield


@pytest.fixture
def worker_gate(settings: Settings) -> Generator[threading.Event]:
    """A worker that takes jobs once the test sets this."""
    gate = threading.Event()
    with working(settings, gate):
        yield gate


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of 640x360 at 25 fps with sound."""
    path = tmp_path_factory.mktemp("clips") / "a [clip].mp4"
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin",
        "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=2",
        "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=2",
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac",
        str(path),
    ]  # fmt: skip
    subprocess.run(command, check=True)
    return path


@pytest.fixture
def big(tmp_path: Path) -> Path:
    """18 MB that are no video: two parts."""
    path = tmp_path / "big.mov"
    path.write_bytes(os.urandom(1_000_000) * 18)
    return path


@dataclass(frozen=True)
class Result:
    """What a run of the command left behind."""

    code: int
    stdout: str
    stderr: str

    def json(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stdout.splitlines()]


@dataclass
class Command:
    """`vidmill` with a home of its own."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict[str, str])

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """A process of its own."""
        return subprocess.Popen(
            [sys.executable, "-c", _INTERRUPTIBLE, *arguments],
            env=self._whole_environment({}),
            cwd=self.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *arguments: str, stdin: str = "", **extra: str) -> Result:
        """Within this process, which saves half a second of loading."""
        out, err = io.StringIO(), io.StringIO()
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.chdir(self.home),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            patch.setattr(os, "environ", self._whole_environment(extra))
            patch.setattr(sys, "stdin", io.StringIO(stdin))
            code = run(arguments)
        return Result(code, out.getvalue(), err.getvalue())

    def _whole_environment(self, extra: dict[str, str]) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("VIDMILL_", "XDG_"))}
        return {
            **kept,
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_STATE_HOME": str(self.home / "state"),
            **self.environment,
            **extra,
        }


@pytest.fixture
def anonymous(tmp_path: Path) -> Command:
    """`vidmill` on a machine where nobody has signed in."""
    home = tmp_path / "home"
    home.mkdir()
    return Command(home)


def admin_key(settings: Settings) -> str:
    assert settings.admin_api_key is not None
    return settings.admin_api_key.get_secret_value()


@pytest.fixture
def vidmill(anonymous: Command, api: ApiThread) -> Command:
    """`vidmill` as the administrator of `api`."""
    anonymous.environment = {
        "VIDMILL_URL": api.url,
        "VIDMILL_API_KEY": admin_key(api.settings),
    }
    return anonymous


@pytest.fixture
def client(api: ApiThread, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Client]:
    """The client as the administrator of `api`."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with Client(api.url, api_key=admin_key(api.settings)) as made:
        yield made


@pytest.fixture
def storage(settings: Settings) -> Generator[Storage]:
    """The bucket itself."""
    made = Storage(settings)
    yield made
    made.close()


Stored = Callable[[str], bytes]


@pytest.fixture
def stored(api: ApiThread) -> Stored:
    """Reads an object of storage by its key."""

    def read(key: str) -> bytes:
        headers = {"X-API-Key": admin_key(api.settings)}
        signed = httpx.get(f"{api.url}/download-url/{key}", headers=headers)
        return httpx.get(signed.raise_for_status().json()["url"]).raise_for_status().content

    return read
