"""The pages in a real browser, against the whole product. What is tried is in apps/web/e2e: what a
visitor does first in every run of the tests, all of it in `make test-web`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg
import pytest

from vidmill_stack.locations import CHECKOUT, node_program
from vidmill_stack.running_stack import RunningStack

from .conftest import make_clip

WEB = CHECKOUT / "apps" / "web"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The machine's browser. Root may install one; anybody else is told how."""
    if found := _find_browser():
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", "--quiet", *arguments], check=True, env=environment)
        if found := _find_browser():
            return found
    pytest.fail("The web is tested in Chromium, and there is none. Run: apt-get install chromium")


def _find_browser() -> Path | None:
    paths = (shutil.which(name) for name in BROWSERS)
    return next((Path(path) for path in paths if path), None)


@pytest.fixture
def playwright(chromium: Path) -> list[str]:
    """The command that runs the browser tests."""
    runner = WEB / "node_modules" / "@playwright" / "test" / "cli.js"
    if not runner.exists() or not (WEB / ".next" / "standalone" / "server.js").exists():
        pytest.fail("The web is not built. Run: make pages")
    return [str(node_program()), str(runner), "test"]


@pytest.fixture
def clip(clips: Path) -> Path:
    """Six seconds with sound: long enough to be seen in progress, high enough for three rungs."""
    return make_clip(clips / "test picture.mp4", size="1280x720", seconds=6)


@pytest.fixture
def long_clip(clips: Path) -> Path:
    """Three segments, of which the first can be played well before the last is made."""
    return make_clip(clips / "long picture.mp4", size="1280x720", seconds=9)


@pytest.fixture
def languages_clip(clips: Path) -> Path:
    """Nine seconds in two languages of sound and of subtitles."""
    subtitles: list[str | Path] = []
    for language, text in (("eng", "Hello"), ("ger", "Hallo")):
        path = clips / f"{language}.srt"
        path.write_text(f"1\n00:00:01,000 --> 00:00:08,000\n{text}\n")
        subtitles += ["-i", path]
    picture = make_clip(clips / "one language.mp4", size="1280x720", seconds=9)
    clip = clips / "languages.mp4"
    command: list[str | Path] = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin",
        "-i", picture, "-f", "lavfi", "-i", "sine=frequency=880:sample_rate=44100:duration=9",
        *subtitles, "-map", "0", "-map", "1", "-map", "2", "-map", "3",
        "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=ger",
        "-metadata:s:s:0", "language=eng", "-metadata:s:s:1", "language=ger",
        "-c:v", "copy", "-c:a", "aac", "-c:s", "mov_text", clip,
    ]  # fmt: skip
    subprocess.run(command, check=True)
    return clip


@pytest.fixture
def browse(
    stack: RunningStack,
    playwright: list[str],
    chromium: Path,
    clip: Path,
    short_clip: Path,
    long_clip: Path,
    languages_clip: Path,
    tmp_path: Path,
) -> Callable[..., None]:
    """Run the browser tests that the arguments choose, all of them without any."""
    environment = {
        **os.environ,
        "WEB_PUBLIC_URL": stack.web_url,
        "API_PUBLIC_URL": stack.api_url,
        "GRAPHQL_PUBLIC_URL": stack.graphql_url,
        "ADMIN_EMAIL": stack.environment["ADMIN_EMAIL"],
        "ADMIN_PASSWORD": stack.environment["ADMIN_PASSWORD"],
        "ADMIN_API_KEY": stack.admin_api_key,
        "E2E_CLIP": str(clip),
        "E2E_SHORT_CLIP": str(short_clip),
        "E2E_LONG_CLIP": str(long_clip),
        "E2E_LANGUAGES_CLIP": str(languages_clip),
        "E2E_DATABASE_URL": stack.environment["DATABASE_URL"],
        "E2E_REDIS_URL": stack.environment["REDIS_URL"],
        "E2E_PYTHON": sys.executable,
        "CHROMIUM_PATH": str(chromium),
        "FORCE_COLOR": "0",
    }

    def run(*chosen: str) -> None:
        ran = subprocess.run(
            # Traces of its own, so that two runs in one checkout do not clear each other's away.
            [*playwright, "--output", str(tmp_path / "traces"), *chosen],
            check=False,
            cwd=WEB,
            env=environment,
            text=True,
            capture_output=True,
            timeout=2700,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr

    return run


def test_a_video_is_uploaded_and_played_in_a_browser(browse: Callable[..., None]) -> None:
    browse("--grep", "@smoke")


@pytest.mark.web
def test_the_web_works_in_a_browser(browse: Callable[..., None]) -> None:
    browse()
