"""What `make status` prints."""

from __future__ import annotations

from datetime import timedelta

from dotenv import dotenv_values

from vidmill_stack.configuration import StackConfig
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
    if not config.home.environment_file.exists():
        return lines
    # As the stack was started, whatever is set now.
    services = dotenv_values(config.home.environment_file)
    return [
        *lines,
        "",
        f"  Web       {services['WEB_PUBLIC_URL']}",
        f"  REST      {services['API_PUBLIC_URL']}/docs",
        f"  GraphQL   {services['GRAPHQL_PUBLIC_URL']}/",
        f"  S3        {services['S3_PUBLIC_ENDPOINT_URL']}",
        "",
        f"  Sign in   {services['ADMIN_EMAIL']}  {services['ADMIN_PASSWORD']}",
        f"  API key   {services['ADMIN_API_KEY']}",
        f"  Settings  {config.home.environment_file}",
    ]
