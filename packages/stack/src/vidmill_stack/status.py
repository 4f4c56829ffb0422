"""What `make status` prints."""

from __future__ import annotations

from datetime import timedelta

from vidmill_stack.configuration import StackConfig
from vidmill_stack.environment import Secrets
from vidmill_stack.locations import CHECKOUT
from vidmill_stack.supervision import Supervisor


def missing_web() -> str | None:
    """Why the web interface is not among the programs, or None where it is."""
    folder = CHECKOUT / "apps" / "web"
    if not (folder / "package.json").exists():
        return "This checkout has no web interface (apps/web)."
    if not (folder / ".next" / "standalone" / "server.js").exists():
        return "The web interface is not built. Run: make up"
    return None


def status_lines(config: StackConfig) -> list[str]:
    """Programs with their states, addresses, and the local administrator's credentials."""
    supervisor = Supervisor(config.home)
    lines: list[str] = []
    if supervisor.is_running:
        for state in supervisor.states().values():
            up_for = timedelta(seconds=state.uptime_seconds) if state.pid else ""
            lines.append(f"  {state.name:<9} {state.state:<9} {up_for}")
    else:
        lines.append("  Nothing runs. Start it: make up")
    secrets = Secrets.load(config.home)
    if secrets is None:
        return lines
    return [
        *lines,
        "",
        f"  Web       http://127.0.0.1:{config.web_port}",
        f"  REST      http://127.0.0.1:{config.api_port}/docs",
        f"  GraphQL   http://127.0.0.1:{config.graphql_port}/",
        f"  S3        http://127.0.0.1:{config.s3_port}",
        "",
        f"  Sign in   {secrets.admin_email}  {secrets.admin_password}",
        f"  API key   {secrets.admin_api_key}",
        f"  Settings  {config.home.environment_file}",
    ]
