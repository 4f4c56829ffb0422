"""What each process of this package does around its loop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry, start_http_server

from vidmill.settings import Settings


@asynccontextmanager
async def supervised(
    settings: Settings, registry: CollectorRegistry, stop: Callable[[], None]
) -> AsyncGenerator[None]:
    """Until the block ends, SIGTERM and SIGINT call `stop`, and Prometheus may read the metrics."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    server, thread = start_http_server(
        settings.metrics_port, addr=settings.metrics_host, registry=registry
    )
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
