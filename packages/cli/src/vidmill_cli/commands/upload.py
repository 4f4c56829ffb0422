"""`vidmill upload`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vidmill_cli import exits
from vidmill_cli.config import connect
from vidmill_cli.edit_options import POSITIONS, parse_clip
from vidmill_cli.errors import ApiError, ClientError, Forbidden, NotSignedIn, Unreachable

if TYPE_CHECKING:
    from vidmill_cli.client import Client
    from vidmill_cli.edits import Clip, Edits
    from vidmill_cli.models import Job
    from vidmill_cli.output import Output


@dataclass(frozen=True)
class _Wanted:
    """What is to be made of each video, as `Client.create_job` names it."""

    preset: str
    priority: int
    metadata: dict[str, str]
    edits: Edits
    reuse: bool
    captions: str | None


_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


class _Source(click.ParamType[Path | str]):
    """A file to be sent, or a URL that the server fetches by itself."""

    name = "source"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path | str:
        """A file's path, or the URL."""
        if "://" not in value:
            file = Path(_FILE.convert(value, param, ctx))
            if file.stat().st_size == 0:
                self.fail(f"{file} is empty.", param, ctx)
            return file
        if not value.startswith(("https://", "http://")):
            self.fail(f"{value} is neither a file nor an https URL.", param, ctx)
        return value


@click.command()
@click.argument(
    "sources",
    nargs=-1,
    required=True,
    metavar="FILE|URL…",
    type=_Source(),
)
@click.option("--preset", default="web", show_default=True, help="What to make of it.")
@click.option(
    "--priority",
    type=click.IntRange(0, 10),
    default=5,
    show_default=True,
    help="10 is the most urgent.",
)
@click.option("--metadata", "pairs", multiple=True, metavar="KEY=VALUE", help="May be repeated.")
@click.option(
    "--clip",
    callback=parse_clip,
    metavar="START-END",
    help="Make only this part: seconds or [H:]MM:SS, such as 10-25.5, 1:30- or -0:45.",
)
@click.option("--watermark", type=_FILE, metavar="PNG", help="Lay this picture over the video.")
@click.option(
    "--watermark-position",
    type=click.Choice(POSITIONS),
    default="bottom-right",
    show_default=True,
    help="Where it goes.",
)
@click.option(
    "--watermark-width",
    type=click.FloatRange(0, 100, min_open=True),
    default=15,
    show_default=True,
    metavar="PERCENT",
    help="Of the video's width.",
)
@click.option(
    "--watermark-opacity",
    type=click.FloatRange(0, 1, min_open=True),
    default=1,
    show_default=True,
    help="1 leaves it as it is.",
)
@click.option(
    "--burn-in", type=_FILE, metavar="FILE", help="Draw these subtitles (.srt, .vtt, .ass) into it."
)
@click.option(
    "--burn-in-track",
    type=click.IntRange(0, 63),
    metavar="N",
    help="Draw the video's own subtitles into it; 0 is its first track.",
)
@click.option(
    "--captions",
    metavar="LANGUAGE",
    help="Make subtitles of what is spoken: in that language (en, de, …), or auto.",
)
@click.option(
    "--no-reuse",
    "anew",
    is_flag=True,
    help="Encode everything, also what an earlier job has made of the same video.",
)
@click.option("--watch", is_flag=True, help="Stay until the jobs have ended.")
@click.option("--json", "as_json", is_flag=True, help="Only JSON on stdout, one job a line.")
@click.pass_context
def upload(
    context: click.Context,
    sources: tuple[Path | str, ...],
    preset: str,
    priority: int,
    pairs: tuple[str, ...],
    clip: Clip | None,
    watermark: Path | None,
    watermark_position: str,
    watermark_width: float,
    watermark_opacity: float,
    burn_in: Path | None,
    burn_in_track: int | None,
    captions: str | None,
    anew: bool,
    watch: bool,
    as_json: bool,
) -> None:
    """Upload videos and have them transcoded. What is behind a URL is fetched by the server.

    An upload that was interrupted is gone on with when the same command runs again.
    """
    from vidmill_cli.output import Output

    edits: Edits = {} if clip is None else {"clip": clip}
    metadata = dict(_pair(text) for text in pairs)
    output = Output(as_json=as_json)
    with connect() as client:
        if watermark is not None:
            edits["watermark"] = {
                "input_key": client.upload_file(watermark, "watermark"),
                "position": watermark_position,
                "width_percent": watermark_width,
                "opacity": watermark_opacity,
            }
        if burn_in is not None:
            edits["burn_in"] = {"input_key": client.upload_file(burn_in, "subtitles")}
        elif burn_in_track is not None:
            edits["burn_in"] = {"track": burn_in_track}
        wanted = _Wanted(preset, priority, metadata, edits, reuse=not anew, captions=captions)
        jobs, worst = _post_all(client, output, sources, wanted, watch)
        for job in jobs if watch else []:
            worst = max(worst, _watch(client, output, job))
    context.exit(worst)


def _post_all(
    client: Client,
    output: Output,
    sources: tuple[Path | str, ...],
    wanted: _Wanted,
    watch: bool,
) -> tuple[list[Job], int]:
    """Post source after source; what is wrong with one of them does not keep the others."""
    jobs: list[Job] = []
    worst = exits.OK
    for source in sources:
        try:
            if isinstance(source, Path):
                job = _post(client, output, source, wanted)
            else:
                job = client.create_job(url=source, **asdict(wanted))
        except (Unreachable, NotSignedIn, Forbidden):
            raise
        except (ClientError, OSError) as error:
            worst = max(worst, exits.report(error, str(source)))
            output.json({"file": str(source), "error": _problem(error)})
            continue
        jobs.append(job)
        if watch:
            output.note(f"{job['filename']}: job {job['id']}")
        else:
            output.json(job)
            output.line(f"{job['filename']}: job {job['id']}")
            output.line(f"  {job['page_url']}")
    return jobs, worst


def _post(client: Client, output: Output, file: Path, wanted: _Wanted) -> Job:
    from vidmill_cli.progress import TransferDisplay
    from vidmill_cli.uploads import UploadProgress

    size = file.stat().st_size
    kept = 0

    try:
        with TransferDisplay(output, f"Uploading {file.name}", size) as display:

            def show(progress: UploadProgress) -> None:
                nonlocal kept
                if progress.resumed and not kept:
                    kept = progress.resumed
                    output.note(
                        f"{file.name}: {100 * kept // size} % is on the server already; "
                        "going on from there."
                    )
                display.show(progress.sent)

            return client.transcode(file, **asdict(wanted), on_progress=show)
    except KeyboardInterrupt:
        output.note(
            "\nInterrupted. What was sent stays on the server: run the same command again to go "
            "on with the upload."
        )
        raise click.exceptions.Exit(exits.INTERRUPTED) from None


def _watch(client: Client, output: Output, job: Job) -> int:
    from vidmill_cli.commands.follow import follow_job

    return follow_job(client, output, job["id"], job["filename"])


def _problem(error: Exception) -> dict[str, object]:
    if isinstance(error, ApiError):
        return {"status": error.status, "code": error.code, "detail": str(error)}
    return {"status": None, "code": type(error).__name__, "detail": str(error)}


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise click.BadParameter(f"{text!r} is not KEY=VALUE.", param_hint="--metadata")
    return key, value
