"""The environment of the services: secrets made on the first start, and addresses of the stack."""

from __future__ import annotations

import os
import secrets
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from dotenv import dotenv_values

from vidmill.processors import processors
from vidmill.settings import Settings
from vidmill_stack.configuration import StackConfig
from vidmill_stack.locations import CHECKOUT, Home

S3_REGION = "us-east-1"
S3_BUCKET = "videos"
#: The default, which a plain copy of .env.example names too.
_RATE_LIMIT = f"{Settings.model_fields['rate_limit_per_second'].default:g}"
#: Carried by every process of a stack, with the stack's folder; never stored where a developer's
#: shell could pick it up, so what carries it may be ended.
MARK = "VIDMILL_PROGRAM_OF"
ADMIN_EMAIL = "admin@localhost.localdomain"


@dataclass(frozen=True)
class Secrets:
    """What nobody may know; each field is kept in `.vidmill/env` under its name in capitals."""

    postgres_password: str
    valkey_password: str
    s3_access_key: str
    s3_secret_key: str
    secret_key: str
    admin_email: str
    admin_password: str
    admin_api_key: str

    @classmethod
    def generate(cls) -> Secrets:
        """New secrets, each of at least 128 random bits."""
        return cls(
            postgres_password=secrets.token_urlsafe(24),
            valkey_password=secrets.token_urlsafe(24),
            # Swift's test authentication wants account:user.
            s3_access_key=f"vidmill:{secrets.token_hex(8)}",
            s3_secret_key=secrets.token_urlsafe(24),
            secret_key=secrets.token_urlsafe(48),
            admin_email=ADMIN_EMAIL,
            admin_password=secrets.token_urlsafe(16),
            admin_api_key=f"vm_{secrets.token_urlsafe(32)}",
        )

    @classmethod
    def load(cls, home: Home) -> Secrets | None:
        """The secrets of a stack, or None before its first start."""
        if not home.environment_file.exists():
            return None
        stored = dotenv_values(home.environment_file)
        fresh = asdict(cls.generate())
        return cls(**{f.name: stored.get(f.name.upper()) or fresh[f.name] for f in fields(cls)})


def service_environment(
    config: StackConfig, made: Secrets, developer: dict[str, str]
) -> dict[str, str]:
    """All variables of the services: the developer's settings, defaults that follow the ports, and
    the embedded servers' addresses, which win.
    """
    s3 = f"http://127.0.0.1:{config.s3_port}"
    web = developer.get("WEB_PUBLIC_URL", f"http://127.0.0.1:{config.web_port}")
    following = {
        "API_PUBLIC_URL": f"http://127.0.0.1:{config.api_port}",
        "GRAPHQL_PUBLIC_URL": f"http://127.0.0.1:{config.graphql_port}",
        "WEB_PUBLIC_URL": web,
        "CORS_ORIGINS": f"{web},http://localhost:{config.web_port}",
        "SCRATCH_DIR": str(config.home.scratch),
        "CONSOLE_DIR": str(CHECKOUT / "packages" / "console" / "dist"),
        "ADMIN_EMAIL": made.admin_email,
        "ADMIN_PASSWORD": made.admin_password,
        "ADMIN_API_KEY": made.admin_api_key,
        "SECRET_KEY": made.secret_key,
    }
    embedded = {
        "VIDMILL_HOME": str(config.home.folder),
        "DATABASE_URL": database_url(config, made, "vidmill"),
        "REDIS_URL": f"redis://:{made.valkey_password}@127.0.0.1:{config.valkey_port}/0",
        "S3_ENDPOINT_URL": s3,
        "S3_PUBLIC_ENDPOINT_URL": s3,
        "S3_REGION": S3_REGION,
        "S3_BUCKET": S3_BUCKET,
        "S3_ACCESS_KEY": made.s3_access_key,
        "S3_SECRET_KEY": made.s3_secret_key,
        "API_HOST": "127.0.0.1",
        "API_PORT": str(config.api_port),
        "GRAPHQL_HOST": "127.0.0.1",
        "GRAPHQL_PORT": str(config.graphql_port),
        "METRICS_HOST": "127.0.0.1",
        "METRICS_PORT": str(config.metrics_port),
    }
    if developer.get("FFMPEG_THREADS", "0") == "0":
        # A worker alone takes all processors; here there are several.
        embedded["FFMPEG_THREADS"] = str(_share_of_processors(config, developer))
    if developer.get("RATE_LIMIT_PER_SECOND", _RATE_LIMIT) == _RATE_LIMIT:
        # Nobody else reaches a stack on loopback, and whoever tries it out may try it hard.
        embedded["RATE_LIMIT_PER_SECOND"] = "0"
    return {**following, **developer, **embedded}


def _share_of_processors(config: StackConfig, developer: dict[str, str]) -> int:
    """How many processors there are for each task that the workers run at a time; at least 1."""
    slots = developer.get("WORKER_SLOTS", "1")
    at_once = config.workers * (int(slots) if slots.isdecimal() else 1)
    return max(1, processors() // max(1, at_once))


def database_url(config: StackConfig, made: Secrets, database: str) -> str:
    """The address of one of the server's databases."""
    return (
        f"postgresql://vidmill:{made.postgres_password}@127.0.0.1:{config.postgres_port}/{database}"
    )


def process_environment(services: dict[str, str]) -> dict[str, str]:
    """What a program of the stack sees: its own variables, and of ours only what any needs."""
    kept = ("PATH", "HOME", "LANG", "TZ", "TMPDIR", "SSL_CERT_FILE")
    ours = {name: os.environ[name] for name in kept if name in os.environ}
    mark = services["VIDMILL_HOME"]
    return {**ours, "PYTHONUNBUFFERED": "1", MARK: mark, **services}


def store(home: Home, made: Secrets, services: dict[str, str]) -> None:
    """Write `.vidmill/env`, readable by its owner alone, in a form that shells can source."""
    values = {**{name.upper(): value for name, value in asdict(made).items()}, **services}
    lines = [f"{name}='{value}'" for name, value in sorted(values.items()) if "'" not in value]
    text = "# Made by `make up`. The secrets here stay; the rest is written anew on every start.\n"
    write_private(home.environment_file, text + "\n".join(lines) + "\n")


def write_private(path: Path, text: str) -> None:
    """Replace a file by one that only its owner may read, all at once."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    part.replace(path)
