"""What every request may use, made once in the lifespan."""

from __future__ import annotations

from dataclasses import dataclass

from prometheus_client import CollectorRegistry

from vidmill.db.pool import Database
from vidmill.job_feed import JobFeed
from vidmill.metrics import ApiMetrics, LimitMetrics
from vidmill.outbound import Outbound
from vidmill.queue import Queue
from vidmill.rate_limits import RateLimiter
from vidmill.request_counts import RequestCounts
from vidmill.request_limits import Gate, RequestLimits
from vidmill.sealing import KEPT_SECRETS, Sealer
from vidmill.settings import Settings
from vidmill.storage import Storage
from vidmill.tokens import Signer
from vidmill_api.media_access import MediaAccess
from vidmill_api.streams import Streams


@dataclass(frozen=True, slots=True)
class Context:
    """The services behind the API."""

    settings: Settings
    db: Database
    queue: Queue
    storage: Storage
    signer: Signer
    sealer: Sealer
    outbound: Outbound
    feed: JobFeed
    gate: Gate
    playing: MediaAccess
    registry: CollectorRegistry
    metrics: ApiMetrics
    streams: Streams


def build_context(settings: Settings) -> Context:
    """Clients for one process; nothing is connected yet."""
    registry = CollectorRegistry()
    queue = Queue(settings.redis_url.get_secret_value())
    db = Database(
        settings.database_url.get_secret_value(),
        size=settings.database_pool_size,
        name="vidmill-api",
    )
    signer = Signer(settings.secret_key.get_secret_value())
    return Context(
        settings=settings,
        db=db,
        queue=queue,
        storage=Storage(settings),
        signer=signer,
        sealer=Sealer(settings.secret_key.get_secret_value(), KEPT_SECRETS),
        outbound=Outbound(allowed=settings.outbound_allow_cidrs),
        feed=JobFeed(queue),
        gate=Gate(
            RequestLimits(settings),
            RateLimiter(settings.redis_url.get_secret_value(), LimitMetrics(registry)),
            RequestCounts(db),
        ),
        playing=MediaAccess(db, signer),
        registry=registry,
        metrics=ApiMetrics(registry),
        streams=Streams(),
    )
