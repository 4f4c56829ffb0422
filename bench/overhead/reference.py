"""Commands that make the files of a job at once, from a local file: the one that a person would
write, and the best one that can be written.

Encoder, quality, caps and GOPs are those of the job's own plan; pictures have the sizes and counts
of the job's. DASH is left to the job alone: its manifest is a text about the segments of HLS.
"""

from __future__ import annotations

from pathlib import Path

from vidmill_worker.engine import preview, storyboard, thumbnails
from vidmill_worker.ffmpeg.plan import EncodePlan, RungPlan

SDR = "format=pix_fmts=yuv420p:color_ranges=tv"
"""Said of every rung, because a JPEG in the same graph would make them full range."""


def plain(executable: str, source: Path, plan: EncodePlan, folder: Path) -> list[str]:
    """One decode, each rung scaled from the source and encoded once, written as MP4 and as HLS,
    AAC encoded for each MP4; an MP3, and pictures of the rungs' frames."""
    count = len(plan.rungs)
    chains = [f"[0:v]split={count}" + "".join(f"[s{n}]" for n in range(count))]
    for number, rung in enumerate(plan.rungs):
        chains.append(f"[s{number}]{_scale(rung)}[r{number}]")
    argv = _begin(executable, source, [*chains, *_pictures(plan)])
    for number, rung in enumerate(plan.rungs):
        (folder / rung.name).mkdir(parents=True)
        argv += ["-map", f"[v{number}]"]
        argv += ["-map", "0:a:0", "-c:a", "aac", "-b:a", "128k"] if plan.audio else []
        argv += [*_encoder(plan), *_quality(rung), "-f", "tee"]
        argv.append(f"{_mp4(rung)}|{_hls(plan, rung.name)}")
    return [*argv, *_sides(plan)]


def best(executable: str, source: Path, plan: EncodePlan, folder: Path) -> list[str]:
    """As `plain`, but each rung is scaled from the one above it (4 % less CPU), and AAC is encoded
    once and copied into every MP4 (4 to 8 %)."""
    last = len(plan.rungs) - 1
    chains: list[str] = []
    above = "[0:v]"
    outputs: list[str] = []
    for number, rung in enumerate(plan.rungs):
        (folder / rung.name).mkdir(parents=True)
        branches = f",split=2[r{number}][below{number}]" if number < last else f"[r{number}]"
        chains.append(above + _scale(rung) + branches)
        above = f"[below{number}]"
        sound = ",a" if plan.audio else ""
        outputs += [
            _mp4(rung, rf"select=\'v:{number}{sound}\':"),
            _hls(plan, rung.name, rf"select=\'v:{number}\':"),
        ]
    argv = _begin(executable, source, [*chains, *_pictures(plan)])
    for number, rung in enumerate(plan.rungs):
        argv += ["-map", f"[v{number}]", *_quality(rung, f":v:{number}")]
    if plan.audio:
        (folder / "audio").mkdir()
        argv += ["-map", "0:a:0", "-c:a", "aac", "-b:a", "128k"]
        outputs.append(_hls(plan, "audio", "select=a:"))
    return [*argv, *_encoder(plan), "-f", "tee", "|".join(outputs), *_sides(plan)]


def _begin(executable: str, source: Path, chains: list[str]) -> list[str]:
    argv = [executable, "-v", "error", "-nostdin", "-y", "-i", str(source)]
    return [*argv, "-filter_complex", ";".join(chains)]


def _scale(rung: RungPlan) -> str:
    return f"scale={rung.width}:{rung.height}:flags=bicubic,setsar=1,{SDR}"


def _encoder(plan: EncodePlan) -> list[str]:
    gop = str(plan.gop_frames)
    return [
        *("-c:v", "libx264", "-preset", plan.encoder_preset, "-profile:v", plan.profile),
        *("-g", gop, "-keyint_min", gop, "-sc_threshold", "0", "-flags", "+global_header"),
    ]


def _quality(rung: RungPlan, stream: str = ":v") -> list[str]:
    return [
        *(f"-crf{stream}", f"{rung.crf:g}", f"-maxrate{stream}", str(rung.max_bitrate_bps)),
        *(f"-bufsize{stream}", str(rung.buffer_bits)),
    ]


def _mp4(rung: RungPlan, select: str = "") -> str:
    return f"[{select}f=mp4:movflags=+faststart]{rung.name}/video.mp4"


def _hls(plan: EncodePlan, name: str, select: str = "") -> str:
    return (
        f"[{select}f=hls:hls_time={plan.segment_seconds:g}:hls_playlist_type=vod"
        f":hls_segment_type=fmp4:hls_segment_filename={name}/segment_%03d.m4s]{name}/playlist.m3u8"
    )


def _pictures(plan: EncodePlan) -> list[str]:
    """Stills of the largest rung that they fit; the others of the smallest, which costs least."""
    last = len(plan.rungs) - 1
    of_stills = next(
        (n for n, rung in enumerate(plan.rungs) if rung.width <= thumbnails.MAX_WIDTH), last
    )
    branches = {n: [f"v{n}"] for n in range(last + 1)}
    branches[of_stills].append("stills_from")
    branches[last] += ["tiles_from", "cuts_from"]
    chains = [
        f"[r{n}]split={len(names)}" + "".join(f"[{name}]" for name in names)
        for n, names in branches.items()
    ]
    frames = "+".join(f"eq(n\\,{round((plan.frames - 1) * share / 4)})" for share in range(5))
    # The second once more, for lists.
    chains.append(f"[stills_from]select={frames},split=2[all_stills][for_lists]")
    chains.append("[all_stills]format=yuvj420p[stills]")
    chains.append(
        f"[for_lists]select=eq(n\\,1),scale='min({thumbnails.SMALL_WIDTH},iw)':-2:flags=bicubic,"
        "format=yuvj420p[small]"
    )
    tile = storyboard.TILE_LONG_SIDE
    rows = -(-round(float(plan.duration_seconds) / plan.gop_seconds) // storyboard.COLUMNS)
    chains.append(
        f"[tiles_from]select=not(mod(n\\,{plan.gop_frames})),scale={tile}:-2:flags=bicubic,"
        f"format=yuvj420p,tile={storyboard.COLUMNS}x{rows}[tiles]"
    )
    step = float(plan.duration_seconds) / preview.CUTS
    cuts = "+".join(
        f"between(t\\,{step * n}\\,{step * n + preview.CUT_SECONDS})" for n in range(preview.CUTS)
    )
    rate = preview.FRAME_RATE
    gif, webp = preview.LONG_SIDES["gif"], preview.LONG_SIDES["webp"]
    chains += [
        # Thinned out first, which is cheap; then the passages one after the other.
        f"[cuts_from]fps={rate},select={cuts},setpts=N/{rate}/TB,split=2[for_gif][for_webp]",
        f"[for_gif]scale={gif}:-2:flags=bicubic,split=2[drawn][counted]",
        "[counted]palettegen[palette]",
        "[drawn][palette]paletteuse=dither=bayer:bayer_scale=5:diff_mode=rectangle[gif]",
        f"[for_webp]scale={webp}:-2:flags=bicubic,format=yuv420p[webp]",
    ]
    return chains


def _sides(plan: EncodePlan) -> list[str]:
    """What is written beside the renditions."""
    mp3 = ["-map", "0:a:0", "-c:a", "libmp3lame", "-b:a", "192k", "audio.mp3"]
    return [
        *(mp3 if plan.audio else []),
        *("-map", "[stills]", "-fps_mode", "vfr", "-q:v", "3", "thumb_%d.jpg"),
        *("-map", "[small]", "-fps_mode", "vfr", "-q:v", "5", "-update", "1", "poster_small.jpg"),
        *("-map", "[tiles]", "-fps_mode", "vfr", "-q:v", "5", "-update", "1", "sprite.jpg"),
        *("-map", "[gif]", "-loop", "0", "preview.gif"),
        *("-map", "[webp]", "-c:v", "libwebp_anim", "-quality", "60", "-compression_level", "4"),
        *("-loop", "0", "preview.webp"),
    ]
