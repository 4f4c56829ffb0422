"""Run the REST service."""

from __future__ import annotations

from types import FrameType
from typing import TypeVar

import uvicorn
from starlette.applications import Starlette

from vidmill.garbage import settle
from vidmill.logs import configure_logging
from vidmill.settings import Settings, load_settings
from vidmill_api.app import create_app
from vidmill_api.context import Context

#: What is under way may finish; nothing takes longer but a large download, which can resume.
SHUTDOWN_SECONDS = 10


class Server(uvicorn.Server):
    """Uvicorn waits for open answers before the lifespan ends; live event streams would keep it
    waiting, so they are told first."""

    def __init__(self, config: uvicorn.Config, app: Starlette) -> None:
        super().__init__(config)
        self.app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """On SIGTERM and SIGINT."""
        context: Context = self.app.state.context
        context.feed.end_streams()
        super().handle_exit(sig, frame)


S = TypeVar("S", bound=Server)


def make_server(settings: Settings, kind: type[S] = Server) -> S:
    """The service as it is deployed, not yet started."""
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.api_host,
        port=settings.api_port,
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=list(settings.forwarded_allow_ips),
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    return kind(config, app)


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = load_settings()
    configure_logging("api", settings.log_level)
    server = make_server(settings)
    settle()
    server.run()


if __name__ == "__main__":
    main()
