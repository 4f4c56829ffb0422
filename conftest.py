"""Gives every test real servers; here, and not as `-p`, so that coverage has begun before."""

import pytest

pytest_plugins = ["vidmill_stack.pytest_plugin"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests recorded as the property `row`, as one table."""
    rows = [
        str(value)
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        for name, value in report.user_properties
        if name == "row"
    ]
    if rows:
        terminalreporter.section("measured")
        terminalreporter.write("\n".join(sorted(rows)) + "\n")
