"""A source behind a range server on loopback reads like the file itself."""

from __future__ import annotations

import io
import os
import random
import re
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from vidmill_worker import probe_child
from vidmill_worker.remote_file import RemoteFile, open_source


class RangeServer(ThreadingHTTPServer):
    """Serves `content` under /token; `faults` are what it does wrong, one an answer."""

    daemon_threads = True

    def __init__(self, content: bytes) -> None:
        super().__init__(("127.0.0.1", 0), RangeHandler)
        self.content = content
        self.faults: list[str] = []
        self.asked: list[tuple[int, int]] = []
        self.connections = 0
        self.url = f"http://127.0.0.1:{self.server_address[1]}/token"


class RangeHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    @property
    def range_server(self) -> RangeServer:
        assert isinstance(self.server, RangeServer)
        return self.server

    def setup(self) -> None:
        super().setup()
        self.range_server.connections += 1

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass

    def do_GET(self) -> None:
        server = self.range_server
        fault = server.faults.pop(0) if server.faults else ""
        content = server.content
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        start = int(found[1]) if found else 0
        end = min(int(found[2]) + 1 if found and found[2] else len(content), len(content))
        server.asked.append((start, end))
        if fault == "hang up":
            self.close_connection = True
            return
        status = {"whole": 200, "broken": 500}.get(fault, 206)
        status = 404 if self.path != "/token" else status
        status = 416 if start >= len(content) else status
        span = "*" if status == 416 else f"{start}-{end - 1}"
        body = b"" if status >= 400 else content[start:end]
        self.send_response(status)
        self.send_header("Content-Range", f"bytes {span}/{len(content) + (fault == 'grown')}")
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            # Unless told, FFmpeg 8 asks again on a connection it had asked to be closed.
            self.send_header("Connection", "close")
        self.end_headers()
        if fault == "short":
            body = body[: len(body) // 2]
            self.close_connection = True
        with suppress(ConnectionError):  # FFmpeg asks for all and leaves when it has enough
            self.wfile.write(body)


@contextmanager
def serving(content: bytes) -> Generator[RangeServer]:
    server = RangeServer(content)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_reads_and_seeks_like_a_file() -> None:
    content = os.urandom(3_000_001)
    chance = random.Random(1)
    with serving(content) as server, open_source(server.url) as remote:
        local = io.BytesIO(content)
        assert remote.read(10) == local.read(10)
        for _ in range(50):
            offset = chance.randrange(len(content) + 10)
            assert remote.seek(offset) == local.seek(offset)
            count = chance.choice([1, 16, 70_000, 1_500_000])
            assert remote.read(count) == local.read(count)
            assert remote.tell() == local.tell()
        assert remote.seek(-5, io.SEEK_END) == len(content) - 5
        assert remote.read() == content[-5:]
        remote.seek(0)
        assert remote.read() == content
        assert server.connections == 1


def test_small_reads_share_a_request() -> None:
    with serving(bytes(500_000)) as server, open_source(server.url) as remote:
        for _ in range(1000):
            remote.read(16)
        assert len(server.asked) == 2  # the size, and one buffer


def test_an_empty_file() -> None:
    with serving(b"") as server, open_source(server.url) as remote:
        assert remote.read() == b""
        assert remote.seek(0, io.SEEK_END) == 0


def test_a_connection_that_was_closed_is_opened_again() -> None:
    with serving(b"0123456789") as server, open_source(server.url) as remote:
        server.faults = ["hang up"]
        assert remote.read() == b"0123456789"
        assert server.connections == 2


@pytest.mark.parametrize("fault", ["whole", "broken", "short", "grown"])
def test_a_server_that_fails_is_an_error(fault: str) -> None:
    with serving(b"0123456789") as server, open_source(server.url) as remote:
        server.faults = [fault]
        with pytest.raises(OSError, match="the server"):
            remote.read()
        assert remote.read() == b"0123456789"


def test_what_is_not_there(tmp_path: Path) -> None:
    with serving(b"x") as server, pytest.raises(FileNotFoundError):
        open_source(server.url + "s")
    with pytest.raises(FileNotFoundError):
        open_source(tmp_path / "none.mp4")


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:80/x",
        "http://127.0.0.1/x",
        "http://127.0.0.1.example.org:80/x",
        "http://a:b@127.0.0.1:80/x",
        "http://169.254.169.254:80/x",
        "https://127.0.0.1:80/x",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"only http|a user"):
        RemoteFile(url)


def test_probing_over_ranges_finds_the_same(flashes: Path) -> None:
    demuxer = "mov,mp4,m4a,3gp,3g2,mj2"
    with serving(flashes.read_bytes()) as server:
        expected = probe_child.examine(demuxer, str(flashes))
        assert "error" not in expected
        assert probe_child.examine(demuxer, server.url) == expected
