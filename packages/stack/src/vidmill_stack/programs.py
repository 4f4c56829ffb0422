"""The programs of the stack: how each is started, stopped and asked whether it is ready."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial
from pathlib import Path

from vidmill_stack import locations
from vidmill_stack.configuration import StackConfig
from vidmill_stack.environment import S3_REGION, Secrets, database_url, write_private
from vidmill_stack.locations import CHECKOUT, Home
from vidmill_stack.readiness import Probe, http_ready, postgres_ready, swift_ready, valkey_ready


class Stage(IntEnum):
    """Start order; programs of one stage start together, and stopping goes the other way."""

    SERVERS = 10
    SERVICES = 20


@dataclass(frozen=True)
class Program:
    """One long-running process. `ports` maps the setting that moves a port to its number."""

    name: str
    stage: Stage
    argv: tuple[str, ...]
    ready: Probe
    ports: dict[str, tuple[int, ...]]
    #: Supervisor stops the programs of one group at the same time.
    group: str = ""
    environment: dict[str, str] = field(default_factory=dict[str, str])
    stop_signal: str = "TERM"
    #: Seconds before it is killed.
    stop_seconds: float = 15
    unprivileged_folder: Path | None = None

    def command(self, home: Home) -> list[str]:
        """The whole command line: the launcher, then the program."""
        options = (
            ["--unprivileged", str(self.unprivileged_folder)] if self.unprivileged_folder else []
        )
        launcher = [str(locations.python()), "-I", "-S", str(locations.LAUNCHER)]
        pid_file = str(home.pid_file(self.name))
        return [*launcher, pid_file, self.stop_signal, *options, "--", *self.argv]


def postgres(config: StackConfig, made: Secrets, *, durable: bool = True) -> Program:
    """PostgreSQL over TCP on loopback only. `durable=False` is for tests: their data need not
    outlive the machine, and still outlives the server.
    """
    folder = config.home.folder / "postgres"
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": config.postgres_port,
        "unix_socket_directories": "",
        # Each service's pool, with room for a developer's tools and for tests.
        "max_connections": 200,
        "shared_buffers": "128MB",
        "log_timezone": "UTC",
        "timezone": "UTC",
    }
    if not durable:
        # What is committed is in the kernel's hands, so it outlives a killed server as it does with
        # fsync; a commit that the server still held in memory (synchronous_commit) would not.
        settings |= {"fsync": "off", "full_page_writes": "off", "io_method": "sync"}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return Program(
        name="postgres",
        stage=Stage.SERVERS,
        argv=(str(locations.postgres_program("postgres")), "-D", str(folder / "data"), *options),
        ready=partial(postgres_ready, database_url(config, made, "postgres")),
        ports={"POSTGRES_PORT": (config.postgres_port,)},
        # "Fast": ends sessions instead of waiting for them.
        stop_signal="INT",
        stop_seconds=30,
        unprivileged_folder=folder,
    )


def valkey(config: StackConfig, made: Secrets) -> Program:
    """Valkey with an append-only file, so that wake-ups survive a restart too."""
    folder = config.home.folder / "valkey"
    folder.mkdir(parents=True, exist_ok=True)
    conf = folder / "valkey.conf"
    write_private(
        conf,
        f"bind 127.0.0.1\nport {config.valkey_port}\nrequirepass {made.valkey_password}\n"
        f'dir "{folder}"\nappendonly yes\nappendfsync everysec\nsave ""\ndaemonize no\n',
    )
    return Program(
        name="valkey",
        stage=Stage.SERVERS,
        argv=(str(locations.valkey_program()), str(conf)),
        ready=partial(
            valkey_ready, f"redis://:{made.valkey_password}@127.0.0.1:{config.valkey_port}/0"
        ),
        ports={"VALKEY_PORT": (config.valkey_port,)},
    )


def swift(config: StackConfig, made: Secrets, cors_origins: str) -> Program:
    """OpenStack Swift speaking S3; its three storage servers listen above the S3 port."""
    folder = config.home.folder / "swift"
    folder.mkdir(parents=True, exist_ok=True)
    node = {
        "root": str(folder),
        "proxy_port": config.s3_port,
        "container_port": config.s3_port + 1,
        "account_port": config.s3_port + 2,
        "object_port": config.s3_port + 3,
        "access_key": made.s3_access_key,
        "secret_key": made.s3_secret_key,
        "region": S3_REGION,
        "cors_origins": cors_origins,
    }
    path = folder / "node.json"
    write_private(path, json.dumps(node, indent=2))
    return Program(
        name="swift",
        stage=Stage.SERVERS,
        argv=(str(locations.swift_python()), str(locations.SWIFT_NODE), str(path)),
        ready=partial(swift_ready, config.s3_port),
        ports={"S3_PORT": tuple(range(config.s3_port, config.s3_port + 4))},
    )


def servers(config: StackConfig, made: Secrets, cors_origins: str) -> list[Program]:
    """What the services stand on."""
    return [postgres(config, made), valkey(config, made), swift(config, made, cors_origins)]


def services(config: StackConfig, drain_seconds: float) -> list[Program]:
    """Vidmill itself. `drain_seconds` is how long a worker may take to finish when stopped."""
    programs = [
        _service("api", "vidmill_api", "API_PORT", config.api_port),
        _service("graphql", "vidmill_graphql", "GRAPHQL_PORT", config.graphql_port),
    ]
    programs += [
        _service(
            f"worker-{number}",
            "vidmill_worker.worker",
            "METRICS_PORT",
            config.metrics_port + number - 1,
            path="/metrics",
            group="workers",
            environment={"WORKER_ID": f"local-{number}"},
            stop_seconds=drain_seconds + 10,
        )
        for number in range(1, config.workers + 1)
    ]
    programs.append(
        _service(
            "reaper",
            "vidmill_worker.reaper",
            "METRICS_PORT",
            config.reaper_metrics_port,
            path="/metrics",
        )
    )
    programs.append(
        _service(
            "notifier",
            "vidmill_worker.notifier",
            "METRICS_PORT",
            config.notifier_metrics_port,
            path="/metrics",
        )
    )
    web_server = CHECKOUT / "apps" / "web" / ".next" / "standalone" / "server.js"
    if web_server.exists():
        programs.append(_web(config, web_server))
    return programs


def _service(
    name: str,
    module: str,
    setting: str,
    port: int,
    *,
    path: str = "/health",
    group: str = "",
    environment: dict[str, str] | None = None,
    stop_seconds: float = 15,
) -> Program:
    return Program(
        name=name,
        stage=Stage.SERVICES,
        argv=(str(locations.python()), "-m", module),
        ready=partial(http_ready, f"http://127.0.0.1:{port}{path}"),
        ports={setting: (port,)},
        group=group,
        environment={setting: str(port), **(environment or {})},
        stop_seconds=stop_seconds,
    )


def _web(config: StackConfig, server: Path) -> Program:
    return Program(
        name="web",
        stage=Stage.SERVICES,
        argv=(str(locations.node_program()), str(server)),
        ready=partial(http_ready, f"http://127.0.0.1:{config.web_port}/"),
        ports={"WEB_PORT": (config.web_port,)},
        # The names that Next's standalone server reads.
        environment={
            "PORT": str(config.web_port),
            "HOSTNAME": "127.0.0.1",
            "NODE_ENV": "production",
        },
    )
