"""Figures as people read them, and answers as a server may give them."""

from __future__ import annotations

import httpx
import pytest

from vidmill_cli import formats
from vidmill_cli.downloads import relative_path
from vidmill_cli.errors import ApiError, ClientError
from vidmill_cli.models import Asset
from vidmill_cli.transport import answer


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (2_340_000_000, "2.3 GB"), (5e12, "5.0 TB")],
)
def test_sizes(count: float, text: str) -> None:
    assert formats.size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, "–"), (8.21, "8.2 s"), (185, "3:05"), (3723, "1:02:03")]
)
def test_durations(seconds: float | None, text: str) -> None:
    assert formats.duration(seconds) == text


def test_bitrates_and_moments() -> None:
    assert formats.bitrate(626_000) == "626 kbit/s"
    assert formats.bitrate(2_440_000) == "2.4 Mbit/s"
    assert formats.moment("2026-01-31T12:00:00.123Z") == "2026-01-31 12:00:00"
    assert formats.moment(None) == "–"


def asset(key: str) -> Asset:
    return {
        "id": "01890a5d-ac96-774b-bcce-b302099a8057", "kind": "mp4", "name": "x", "rendition": None,
        "key": key, "content_type": "video/mp4", "size_bytes": 1, "language": None,
        "label": None, "url": "",
    }  # fmt: skip


def test_outputs_keep_their_place_below_the_job() -> None:
    assert str(relative_path(asset("processed/j/720p/video.mp4"))) == "720p/video.mp4"


@pytest.mark.parametrize("key", ["processed/j/../../x", "processed/j", "", "processed/j/a/../b"])
def test_an_output_never_leads_out_of_its_folder(key: str) -> None:
    with pytest.raises(ClientError):
        relative_path(asset(key))


def test_a_page_instead_of_json_points_at_the_address() -> None:
    request = httpx.Request("GET", "http://example.com:3000/api/v1/jobs")
    page = httpx.Response(200, text="<html>", request=request)
    with pytest.raises(ApiError, match="answers, but not as a Vidmill"):
        answer(page)
