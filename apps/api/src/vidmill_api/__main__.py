"""Run the REST service."""

from __future__ import annotations

from types import FrameType

import uvicorn

from vidmill.logs import configure_logging
from vidmill.settings import load_settings
from vidmill_api.app import create_app
from vidmill_api.context import Context

#: What is under way may finish; nothing takes longer but a large download, which can resume.
SHUTDOWN_SECONDS = 10


class Server(uvicorn.Server):
    """Uvicorn waits for open answers before the lifespan ends; live event streams would keep it
    waiting, so they are told first."""

    def __init__(self, config: uvicorn.Config, context: Context) -> None:
        super().__init__(config)
        self._context = context

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """On SIGTERM and SIGINT."""
        self._context.feed.end_streams()
        super().handle_exit(sig, frame)


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = load_settings()
    configure_logging("api", settings.log_level)
    app = create_app(settings)
    config = uvicorn.Config(
        app,
        host=settings.api_host,
        port=settings.api_port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    Server(config, app.state.context).run()


if __name__ == "__main__":
    main()
