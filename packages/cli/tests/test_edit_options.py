from __future__ import annotations

import click
import pytest

from vidmill_cli.edit_options import parse_clip

from .conftest import Command


@pytest.mark.parametrize(
    ("text", "clip"),
    [
        ("10-25.5", {"start_seconds": 10, "end_seconds": 25.5}),
        ("1:30-", {"start_seconds": 90}),
        ("-0:45.25", {"end_seconds": 45.25}),
        ("1:00:00.1-1:00:02", {"start_seconds": 3600.1, "end_seconds": 3602}),
    ],
)
def test_clips(text: str, clip: dict[str, float]) -> None:
    option = click.Option(["--clip"])
    assert parse_clip(click.Context(click.Command("upload")), option, text) == clip


@pytest.mark.parametrize("text", ["10", "-", "a-b", "10-25-30", "1:2:3:4-"])
def test_a_clip_that_is_none_is_explained(vidmill: Command, text: str) -> None:
    (vidmill.home / "a.mp4").write_bytes(b"x")
    result = vidmill("upload", "a.mp4", f"--clip={text}")
    assert result.code == 2
    assert "Write seconds or [H:]MM:SS, such as 10-25.5, 1:30- or -0:45." in " ".join(
        result.stderr.split()
    )
