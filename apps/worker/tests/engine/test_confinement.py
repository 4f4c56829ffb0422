"""What a child that reads hostile files cannot do, tried by a child that does nothing else."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import textwrap
import threading
from collections.abc import Generator
from pathlib import Path

import pytest

from vidmill_worker import confinement, sandbox, system_calls
from vidmill_worker.confinement import Reach
from vidmill_worker.ffmpeg.arguments import reach_of

LIMITS = sandbox.ProcessLimits(cpu_seconds=20)

ATTEMPTS = """
import json, os, signal, socket, sys
found = {}

def attempt(name, do):
    try:
        do()
        found[name] = "done"
    except OSError as error:
        found[name] = error.strerror

def connect(kind, *target):
    with socket.socket(*kind) as made:
        made.settimeout(2)
        made.connect(*target)

def datagram():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.sendto(b"x", ("127.0.0.1", port))

secret, readable, folder, port, other, parent = json.loads(sys.argv[1])
attempt("read a secret", lambda: open(secret).read())
attempt("list its folder", lambda: os.listdir(os.path.dirname(secret)))
attempt("write beside it", lambda: open(secret + ".new", "w"))
attempt("truncate it", lambda: os.truncate(secret, 0))
attempt("remove it", lambda: os.remove(secret))
attempt("passwords", lambda: open("/etc/passwd").read())
attempt("our environment", lambda: open(f"/proc/{parent}/environ").read())
attempt("our memory", lambda: open(f"/proc/{parent}/mem", "rb").read(1))
attempt("signal us", lambda: os.kill(parent, 0))
attempt("datagram", datagram)
attempt("unix socket", lambda: connect((socket.AF_UNIX,), folder + "/socket"))
attempt("ipv6", lambda: connect((socket.AF_INET6,), ("::1", port)))
attempt("other port", lambda: connect((socket.AF_INET,), ("127.0.0.1", other)))
attempt("port", lambda: connect((socket.AF_INET,), ("127.0.0.1", port)))
attempt("read the source", lambda: open(readable).read())
attempt("write the source", lambda: open(readable, "a"))
attempt("write in the folder", lambda: open(folder + "/new", "w").write("x"))
attempt("make a folder in it", lambda: os.mkdir(folder + "/deep"))
attempt("rename in it", lambda: os.rename(folder + "/new", folder + "/newer"))
attempt("remove from it", lambda: os.remove(folder + "/newer"))
print(json.dumps(found))
"""
DENIED = {
    *("read a secret", "list its folder", "write beside it", "truncate it", "remove it"),
    *("passwords", "our environment", "our memory", "signal us", "write the source"),
    *("datagram", "unix socket", "ipv6", "other port"),
}
ALLOWED = {
    *("read the source", "write in the folder", "make a folder in it", "rename in it"),
    "remove from it",
}


@pytest.fixture
def listeners() -> Generator[tuple[int, int]]:
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        yield one.getsockname()[1], two.getsockname()[1]


async def attempts(tmp_path: Path, ports: tuple[int, int], *, may_connect: bool) -> dict[str, str]:
    source, folder, secret = tmp_path / "source", tmp_path / "folder", tmp_path / "secret"
    source.write_text("source")
    secret.write_text("secret")
    folder.mkdir()
    told = json.dumps([str(secret), str(source), str(folder), *ports, os.getpid()])
    child = await sandbox.start(
        [sys.executable, "-I", "-c", ATTEMPTS, told],
        LIMITS,
        Reach((source,), (folder,), ports[0] if may_connect else None),
    )
    answer, errors, ended = await asyncio.gather(
        child.stdout.read(-1), child.stderr.read(-1), child.wait()
    )
    await child.kill()
    assert ended.returncode == 0, errors.decode()
    assert secret.read_text() == "secret"
    return json.loads(answer)


@pytest.mark.skipif(bool(confinement.missing()), reason="; ".join(confinement.missing()))
async def test_a_child_touches_its_files_and_nothing_else(
    tmp_path: Path, listeners: tuple[int, int]
) -> None:
    found = await attempts(tmp_path, listeners, may_connect=False)
    assert {name for name, result in found.items() if result == "done"} == ALLOWED
    assert {found[name] for name in (*DENIED, "port")} <= {
        "Permission denied",
        "Operation not permitted",
    }


@pytest.mark.skipif(bool(confinement.missing()), reason="; ".join(confinement.missing()))
async def test_a_child_reaches_the_one_port_it_is_given(
    tmp_path: Path, listeners: tuple[int, int]
) -> None:
    found = await attempts(tmp_path, listeners, may_connect=True)
    assert {name for name, result in found.items() if result == "done"} == {*ALLOWED, "port"}


@pytest.mark.skipif(bool(confinement.missing()), reason="; ".join(confinement.missing()))
@pytest.mark.parametrize(("devices", "code"), [((), 1), (("/dev/ful*",), 0)])
async def test_a_child_opens_the_devices_it_is_given(devices: tuple[str, ...], code: int) -> None:
    opens = [sys.executable, "-I", "-c", "open('/dev/full', 'r+b', buffering=0)"]
    child = await sandbox.start(opens, LIMITS, Reach(devices=devices))
    assert (await child.wait()).returncode == code
    await child.kill()


@pytest.mark.parametrize("delay", [0, 1], ids=["running", "still starting"])
async def test_a_child_ends_with_the_process_that_started_it(tmp_path: Path, delay: int) -> None:
    """Also where that is killed, and the thread that started it is confined; and where it is killed
    before the child has asked the kernel for that."""
    script = f"""
    import asyncio, pathlib
    from vidmill_worker import sandbox
    from vidmill_worker.confinement import Reach

    prefix = sandbox._prefix
    wait = ["/bin/sh", "-c", 'sleep {delay}; exec "$@"', "sh"]
    sandbox._prefix = lambda limits: [*(wait if {delay} else []), *prefix(limits)]

    async def main():
        child = await sandbox.start(["/bin/sleep", "60"], sandbox.ProcessLimits(), Reach())
        pathlib.Path({str(tmp_path / "pid")!r}).write_text(str(child.pid))
        print("started", flush=True)
        await child.wait()

    asyncio.run(main())
    """
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", textwrap.dedent(script), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    assert await parent.stdout.readline() == b"started\n"
    pid = int((tmp_path / "pid").read_text())
    async with asyncio.timeout(10):
        # Until then it is one of the tools that start it.
        comm = Path(f"/proc/{pid}/comm")
        while not delay and comm.read_text() != "sleep\n":  # noqa: ASYNC110  # the kernel has no event for it
            await asyncio.sleep(0.01)
    child = os.pidfd_open(pid)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(child, ended.set)
    parent.kill()
    await parent.wait()
    await asyncio.wait_for(ended.wait(), 10)
    asyncio.get_running_loop().remove_reader(child)
    os.close(child)


async def test_this_process_keeps_what_its_children_lose(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    child = await sandbox.start(["/bin/true"], LIMITS, Reach())
    assert (await child.wait()).returncode == 0
    await child.kill()
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()
    assert Path("/etc/passwd").read_text()
    for thread in set(threading.enumerate()) - before:
        thread.join(10)  # a thread of its own, gone with it
        assert not thread.is_alive()


async def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        await sandbox.start(["/bin/true"], LIMITS, Reach(), tmp_path / "nowhere")


def test_a_command_line_tells_what_it_needs(tmp_path: Path) -> None:
    argv = ["ffmpeg", "-y", "-i", "file:/a/b:c.mp4", "-i", "concatf:/d/list.txt", "out.mp4"]
    assert reach_of(argv, tmp_path) == Reach((Path("/a/b:c.mp4"), Path("/d")), (tmp_path,), None)
    argv = ["ffmpeg", "-i", "http://127.0.0.1:4711/token", "-f", "null", "-"]
    assert reach_of(argv, None) == Reach((), (), 4711)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_filters_end_in_a_refusal_and_jump_within_themselves(machine: str) -> None:
    for may_connect in (False, True):
        code = system_calls.program(machine, may_connect=may_connect)
        steps = [code[at : at + 8] for at in range(0, len(code), 8)]
        assert steps[-1][:2] == b"\x06\x00"
        for number, step in enumerate(steps):
            assert number + 1 + max(step[2], step[3]) < len(steps) or step[0] == 0x06
    assert not system_calls.knows("riscv64")
