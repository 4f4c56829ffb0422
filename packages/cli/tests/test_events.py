"""Server-sent events as they may come over the wire."""

from __future__ import annotations

from vidmill_cli.events import parse_events


def test_events_are_parsed_as_the_standard_says() -> None:
    lines = [
        ": ping", "", "event: job", 'data: {"a":', "data:1}", "", "data: plain", "id: 7", "",
        "event: lost", "", "event: unfinished", "data: x",
    ]  # fmt: skip
    assert list(parse_events(lines)) == [("job", '{"a":\n1}'), ("message", "plain")]
