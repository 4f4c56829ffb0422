"""One Swift node: account, container and object server, and the proxy that speaks S3.

Runs on the Python of Swift's own environment, started by path, so it imports nothing of ours.
usage: node.py CONFIG.json, with the keys of `NodeConfig`. Ends when any of its servers ends
(the supervisor then starts the node anew) and on SIGTERM. `node.py CONFIG.json update` makes one
pass over listing updates that a container server missed.
"""

from __future__ import annotations

import ctypes
import json
import os
import pwd
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

PR_SET_PDEATHSIG = 1  # linux/prctl.h
START_SECONDS = 60
STOP_SECONDS = 8
LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class NodeConfig:
    """Where the node lives and who may use it; `access_key` has the form account:user."""

    root: Path
    proxy_port: int
    container_port: int
    account_port: int
    object_port: int
    access_key: str
    secret_key: str
    region: str
    cors_origins: str

    @property
    def storage_ports(self) -> dict[str, int]:
        """Ports of the servers behind the proxy, by Swift's names for them."""
        return {
            "account": self.account_port,
            "container": self.container_port,
            "object": self.object_port,
        }


def read_config(path: Path) -> NodeConfig:
    """The configuration in a JSON file whose keys are the fields of `NodeConfig`."""
    values = json.loads(path.read_text())
    root = Path(values.pop("root"))
    return NodeConfig(root=root, **values)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read: it may hold the secret key."""
    path.write_text(text)
    path.chmod(0o600)


def write_swift_conf(etc: Path) -> None:
    """Write swift.conf once: its hash affixes place every object and must never change."""
    path = etc / "swift.conf"
    if path.exists():
        return
    text = (
        "[swift-hash]\n"
        f"swift_hash_path_prefix = {secrets.token_hex(16)}\n"
        f"swift_hash_path_suffix = {secrets.token_hex(16)}\n"
        "[storage-policy:0]\nname = single\ndefault = yes\n"
    )
    # Atomic, because half a file would later be taken for the whole.
    write_private(part := path.with_suffix(".part"), text)
    part.replace(path)


def write_server_confs(config: NodeConfig, etc: Path) -> None:
    """Write the servers' files from the templates beside this module."""
    templates = Path(__file__).parent
    common = {
        "root": config.root,
        "etc": etc,
        "user": pwd.getpwuid(os.geteuid()).pw_name,
    }
    storage = (templates / "storage.conf").read_text()
    for name, port in config.storage_ports.items():
        text = storage.format(**common, name=name, port=port)
        write_private(etc / f"{name}.conf", text)
    account, _, user = config.access_key.partition(":")
    proxy = (templates / "proxy.conf").read_text()
    text = proxy.format(
        **common,
        port=config.proxy_port,
        account=account,
        user_name=user,
        secret=config.secret_key,
        region=config.region,
        cors_origins=config.cors_origins,
    )
    write_private(etc / "proxy.conf", text)


def check_extended_attributes(disk: Path) -> None:
    """Swift keeps an object's metadata in user xattrs; without them every upload would fail late.

    Raises `SystemExit` with the remedy.
    """
    probe = disk / ".xattr-probe"
    probe.touch()
    try:
        os.setxattr(probe, "user.swift.probe", b"1")
    except OSError as error:
        sys.exit(
            f"The file system of {disk} has no user extended attributes ({error.strerror}), which "
            "the local S3 needs. Choose a folder on another one (ext4, xfs): VIDMILL_HOME=/path"
        )
    finally:
        probe.unlink()


def prepare(config: NodeConfig) -> Path:
    """Create or refresh everything below the node's root; returns the folder of configurations."""
    etc, disk = config.root / "etc", config.root / "devices" / "disk"
    for folder in (etc, disk, config.root / "cache"):
        folder.mkdir(parents=True, exist_ok=True)
    etc.chmod(0o700)
    check_extended_attributes(disk)
    write_swift_conf(etc)
    # Imports half a second of Swift: after the checks, and only here.
    from library import write_rings  # noqa: PLC0415

    write_rings(etc, config.storage_ports)
    write_server_confs(config, etc)
    return etc


def die_with_parent() -> None:
    """In a new child: be killed when the node's process is gone, however it went."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def start(arguments: list[str | Path]) -> subprocess.Popen[bytes]:
    """Start one Python program, which logs to the node's standard error."""
    # The proxy's cache filter is a module beside this file.
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    return subprocess.Popen(
        [sys.executable, *arguments],
        env=environment,
        # No thread runs here that could hold a lock over the fork.
        preexec_fn=die_with_parent,  # noqa: PLW1509
    )


def start_server(etc: Path, name: str) -> subprocess.Popen[bytes]:
    """Start one of Swift's servers."""
    return start([Path(sys.executable).parent / f"swift-{name}-server", etc / f"{name}.conf"])


def wait_for_ports(ports: Iterable[int], servers: Iterable[subprocess.Popen[bytes]]) -> None:
    """Return when all ports take connections; raises `SystemExit` if a server ended or is late."""
    deadline = time.monotonic() + START_SECONDS
    for port in ports:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                if any(server.poll() is not None for server in servers):
                    sys.exit("A Swift server ended while starting.")
                if time.monotonic() > deadline:
                    sys.exit(f"No Swift server listened on port {port} within {START_SECONDS} s.")
                time.sleep(0.02)


def stop(servers: list[subprocess.Popen[bytes]]) -> None:
    """Stop the servers, proxy first, and return when they are gone."""
    for server in reversed(servers):
        server.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for server in reversed(servers):
        try:
            server.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def run(config: NodeConfig, path: Path) -> None:
    """Run the node until a server ends or SIGTERM comes."""
    servers: list[subprocess.Popen[bytes]] = []

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        sys.exit(0)

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    etc = prepare(config)
    try:
        servers.extend(start_server(etc, name) for name in (*config.storage_ports, "proxy"))
        wait_for_ports([*config.storage_ports.values(), config.proxy_port], servers)
        update = start([__file__, path, "update"])
        while (ended := os.wait())[0] == update.pid:
            update.returncode = os.waitstatus_to_exitcode(ended[1])
        sys.exit(f"A Swift server (process {ended[0]}) ended.")
    finally:
        stop(servers)


if __name__ == "__main__":
    if sys.argv[2:] == ["update"]:
        from library import update_listings

        update_listings(read_config(Path(sys.argv[1])).root / "etc")
    else:
        run(read_config(Path(sys.argv[1])), Path(sys.argv[1]))
