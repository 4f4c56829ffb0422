"""Every setting of every service, read from environment variables of the same name.

One class serves all services: a name means the same thing wherever it is read, and
`.env.example` lists each of them. Sizes are in bytes and times in seconds.
"""

from __future__ import annotations

import tempfile
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from vidmill.outbound_rules import Network, read_networks
from vidmill.registration import Registration
from vidmill.source_places import BucketPlace, read_places

GIB = 1024**3

VideoEncoder = Literal["auto", "x264", "nvenc", "qsv", "vaapi"]
"""Who encodes pictures: software (x264 stands for all of it), one family of graphics hardware, or
the best that works."""


class Settings(BaseSettings):
    """Settings of one process; raises `pydantic.ValidationError` naming each bad variable."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    environment: Literal["local", "production"] = "local"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    # PostgreSQL: the truth.
    database_url: SecretStr
    database_pool_size: Annotated[int, Field(ge=1, le=200)] = 10

    # Redis: wake-ups only; it may be flushed at any moment.
    redis_url: SecretStr

    # S3: the bytes. The public endpoint is the one that browsers reach: a presigned URL's
    # signature covers the host, so the two cannot share one client.
    s3_endpoint_url: str
    s3_public_endpoint_url: str
    s3_region: str = "us-east-1"
    s3_access_key: SecretStr
    s3_secret_key: SecretStr
    s3_bucket: str = "videos"

    # Where services listen, and how people reach them.
    api_host: str = "127.0.0.1"
    api_port: int = 8080
    graphql_host: str = "127.0.0.1"
    graphql_port: int = 8081
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 9100
    api_public_url: str = "http://127.0.0.1:8080"
    graphql_public_url: str = "http://127.0.0.1:8081"
    # The web's own server, which is no part of this package, reads it.
    graphql_internal_url: str = ""
    web_public_url: str = "http://127.0.0.1:3000"
    cors_origins: Annotated[tuple[str, ...], NoDecode] = (
        "http://127.0.0.1:3000",
        "http://localhost:3000",
    )
    console_dir: Path | None = None
    # Whose word on where a request came from (X-Forwarded-For, X-Forwarded-Proto) counts: anybody
    # else's would let a client choose its own address, and with it the limits that hold for it.
    forwarded_allow_ips: Annotated[tuple[str, ...], NoDecode] = ("127.0.0.0/8", "::1")

    # Accounts. `secret_key` signs sessions and playback URLs.
    secret_key: Annotated[SecretStr, Field(min_length=32)]
    # An access token cannot be taken back, but its session can; that lasts while it is used.
    jwt_ttl_seconds: Annotated[int, Field(ge=60, le=86_400)] = 900
    session_ttl_seconds: Annotated[int, Field(ge=3600)] = 30 * 86_400
    # An installation that is reached from outside should not let strangers use its processors
    # because nobody thought of a setting.
    registration: Registration = Registration.INVITE
    # NIST SP 800-63B-4: 15 where the password is all there is, never below 8.
    password_min_length: Annotated[int, Field(ge=8, le=64)] = 15
    admin_email: str = "admin@localhost.localdomain"
    admin_password: SecretStr | None = None
    admin_api_key: SecretStr | None = None

    # How often may be asked (vidmill.rate_limits); the first turns all of it off when it is 0. An
    # address may ask more often than an account, for several people may share one.
    rate_limit_per_second: Annotated[float, Field(ge=0)] = 10.0
    rate_limit_burst: Annotated[int, Field(ge=1)] = 20
    rate_limit_ip_per_second: Annotated[float, Field(ge=0)] = 50.0
    rate_limit_ip_burst: Annotated[int, Field(ge=1)] = 100
    rate_limit_sign_ins_per_minute: Annotated[int, Field(ge=0)] = 10

    # What accounts may use that are no administrators' (vidmill.quotas); -1: no limit.
    quota_jobs_per_day: Annotated[int, Field(ge=-1, lt=2**31)] = 100
    quota_stored_bytes: Annotated[int, Field(ge=-1, lt=2**63)] = -1
    # What a job is said to cost (vidmill.ledger), in units of the currency.
    price_currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "EUR"
    price_cpu_hour: Annotated[float, Field(ge=0)] = 0.0
    price_video_minute: Annotated[float, Field(ge=0)] = 0.0
    price_gib_output: Annotated[float, Field(ge=0)] = 0.0
    price_gib_stored_month: Annotated[float, Field(ge=0)] = 0.0

    # From when on GET /system/health warns: tasks waiting, seconds of the one that waits longest,
    # and tasks that failed for good; of these, how many are critical.
    health_queue_depth: Annotated[int, Field(ge=0)] = 1000
    health_queue_wait_seconds: Annotated[float, Field(ge=0)] = 900.0
    health_dead_letters_warning: Annotated[int, Field(ge=0)] = 10
    health_dead_letters_critical: Annotated[int, Field(ge=0)] = 100

    # Uploads and links.
    upload_single_max_bytes: Annotated[int, Field(ge=1)] = 100_000_000
    # A form cannot be resumed; larger files go through POST /uploads.
    upload_form_max_bytes: Annotated[int, Field(ge=1)] = 1_000_000_000
    upload_ttl_seconds: Annotated[int, Field(ge=60)] = 24 * 3600
    presign_ttl_seconds: Annotated[int, Field(ge=10, le=7 * 86400)] = 3600
    playback_ttl_seconds: Annotated[int, Field(ge=60)] = 12 * 3600

    # What a source may be (SPEC section 5).
    input_min_seconds: float = 1.0
    input_max_seconds: float = 86_400.0
    input_max_bytes: int = 20_000_000_000
    input_min_short_side: int = 360
    # A hostile file is cheap to make and dear to decode: the largest picture (H.264 level 6.2 and
    # a little), the highest rate, the most pictures (a day at 120 frames a second), and what all
    # pictures may cost together (a day of 3840x2160 at 60, and a sixth more).
    input_max_pixels: Annotated[int, Field(gt=0)] = 8192 * 4352
    input_max_frame_rate: Annotated[int, Field(gt=0)] = 300
    input_max_frames: Annotated[int, Field(gt=0)] = 10_368_000
    input_max_total_pixels: Annotated[int, Field(gt=0)] = 50_000_000_000_000

    # Workers.
    worker_id: str | None = None
    worker_slots: Annotated[int, Field(ge=1, le=256)] = 1
    # How many tasks of one owner may run at a time, in all workers together; 0 for any number.
    # Owners take turns anyway: this keeps workers free for whoever comes while all tasks are long.
    owner_running_tasks: Annotated[int, Field(ge=0)] = 0
    scratch_dir: Path = Path(tempfile.gettempdir(), "vidmill")
    scratch_max_bytes: int = 50 * GIB
    lease_seconds: Annotated[float, Field(gt=0)] = 30.0
    # A heartbeat renews the lease, stores progress and learns of a cancellation, which has
    # to stop FFmpeg within 2 s: hence not more than that apart.
    heartbeat_seconds: Annotated[float, Field(gt=0)] = 1.5
    task_max_attempts: Annotated[int, Field(ge=1, le=100)] = 5
    retry_base_seconds: Annotated[float, Field(ge=0)] = 5.0
    retry_max_seconds: Annotated[float, Field(ge=0)] = 1800.0
    reaper_interval_seconds: Annotated[float, Field(gt=0)] = 5.0
    drain_grace_seconds: Annotated[float, Field(ge=0)] = 60.0

    # A folder with models for captions, each in a folder of its own ("base", "small", …).
    captions_models: Path | None = None

    # Sources that are not uploaded. Buckets beside our own: one with {user} in its prefix is for
    # everybody, below their own id; any other is for administrators, as the server's folders are.
    source_buckets: Annotated[tuple[BucketPlace, ...], NoDecode] = ()
    source_roots: Annotated[tuple[Path, ...], NoDecode] = ()
    source_urls: bool = True
    # A slow server gives way to others; what has come is kept for the next attempt.
    fetch_max_seconds: Annotated[float, Field(gt=0)] = 6 * 3600.0

    # What users' URLs (webhooks, sources to pull) may reach besides the public internet.
    outbound_allow_cidrs: Annotated[tuple[Network, ...], NoDecode] = ()

    # Webhooks. A claim lasts a little longer than a request may take, and comes back after it.
    webhook_timeout_seconds: Annotated[float, Field(gt=0)] = 30.0
    webhook_retry_seconds: Annotated[tuple[float, ...], NoDecode] = (
        60.0, 300.0, 900.0, 3600.0, 14_400.0, 43_200.0,
    )  # fmt: skip
    webhook_concurrency: Annotated[int, Field(ge=1, le=2000)] = 256
    webhook_endpoint_concurrency: Annotated[int, Field(ge=1, le=200)] = 8
    webhook_disable_seconds: Annotated[float, Field(gt=0)] = 5 * 86_400.0
    webhook_log_seconds: Annotated[float, Field(gt=0)] = 30 * 86_400.0
    webhook_poll_seconds: Annotated[float, Field(gt=0)] = 0.5

    # FFmpeg's bounds; its input is hostile until proven otherwise.
    ffmpeg_path: Path | None = None
    # Hardware is used where a trial at the start shows that it works, and every worker has it.
    video_encoder: VideoEncoder = "x264"
    ffmpeg_threads: Annotated[int, Field(ge=0)] = 0
    ffmpeg_memory_bytes: int = 8 * GIB
    ffmpeg_output_max_bytes: int = 40 * GIB
    ffmpeg_stall_seconds: float = 60.0
    ffmpeg_max_seconds: float = 4 * 3600.0
    # A worker then refuses to start on a kernel that can't take files and network from FFmpeg.
    sandbox_required: bool = False

    @field_validator("forwarded_allow_ips", mode="before")
    @classmethod
    def _split_networks(cls, value: object) -> object:
        """Uvicorn takes what is no address for a host's name, silently; here it is an error."""
        if not isinstance(value, str):
            return value
        networks = tuple(part.strip() for part in value.split(",") if part.strip())
        for network in networks:
            ip_network(network)
        return networks

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
        return value

    @field_validator("webhook_retry_seconds", mode="before")
    @classmethod
    def _split_delays(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(float(part) for part in value.split(",") if part.strip())
        return value

    @field_validator("source_buckets", mode="before")
    @classmethod
    def _read_places(cls, value: object) -> object:
        return read_places(value) if isinstance(value, str) else value

    @field_validator("source_roots", mode="before")
    @classmethod
    def _split_roots(cls, value: object) -> object:
        if isinstance(value, str):
            value = tuple(Path(part.strip()) for part in value.split(",") if part.strip())
            if not all(path.is_absolute() and len(path.parts) > 1 for path in value):
                raise ValueError("name folders by their whole path, and not all of the server")
        return value

    @model_validator(mode="after")
    def _keep_our_bucket(self) -> Settings:
        if any(place.bucket == self.s3_bucket for place in self.source_buckets):
            raise ValueError("SOURCE_BUCKETS must not list S3_BUCKET, where everybody's files are")
        return self

    @field_validator("outbound_allow_cidrs", mode="before")
    @classmethod
    def _read_networks(cls, value: object) -> object:
        return read_networks(value) if isinstance(value, str) else value

    @field_validator(
        "api_public_url", "graphql_public_url", "web_public_url", "s3_endpoint_url",
        "s3_public_endpoint_url",
    )  # fmt: skip
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """The settings of this process, from its environment; read once."""
    return Settings()  # pyright: ignore[reportCallIssue]  # required fields come from the environment
