"""Run the GraphQL service."""

from __future__ import annotations

import uvicorn

from vidmill.garbage import settle
from vidmill.logs import configure_logging
from vidmill.settings import load_settings
from vidmill_graphql.app import create_app
from vidmill_graphql.limits import MAX_BODY_BYTES


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = load_settings()
    configure_logging("graphql", settings.log_level)
    app = create_app(settings)
    settle()
    uvicorn.run(
        app,
        host=settings.graphql_host,
        port=settings.graphql_port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=MAX_BODY_BYTES,
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=list(settings.forwarded_allow_ips),
        timeout_graceful_shutdown=10,
    )


if __name__ == "__main__":
    main()
