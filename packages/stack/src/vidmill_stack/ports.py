"""Ports: whether they are free, and what to do when they are not."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable

from vidmill_stack.programs import Program


class PortTaken(Exception):
    """A port of the stack belongs to another program."""


def is_free(port: int) -> bool:
    """Whether a server could listen on a loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: connections of a former server that are still closing don't matter.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                return False
            raise
    return True


def check_ports(programs: Iterable[Program]) -> None:
    """Raise `PortTaken`, naming each port that is not free, its setting and the remedy."""
    lines: list[str] = []
    seen: dict[int, str] = {}
    for program in programs:
        for setting, ports in program.ports.items():
            for port in ports:
                if port in seen:
                    lines.append(
                        f"Port {port} is asked for twice, by {seen[port]} and {program.name}. "
                        f"Set another {setting}."
                    )
                elif not is_free(port):
                    lines.append(
                        f"Port {port} ({program.name}) is taken by another program. Stop that "
                        f"program, or choose another port: make up {setting}={_suggestion(ports)}"
                    )
                seen[port] = program.name
    if lines:
        raise PortTaken(
            "\n".join([*lines, "Nothing was started. Settings may also stand in .env."])
        )


def _suggestion(ports: tuple[int, ...]) -> int:
    """A number for the setting with which all its ports are free."""
    first = ports[0]
    for candidate in range(first + 10, 65_000, 10):
        if all(is_free(candidate + port - first) for port in ports):
            return candidate
    return first
