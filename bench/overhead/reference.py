"""The command a person would write by hand for the same files, from a local file."""

from __future__ import annotations

from pathlib import Path

from vidmill_worker.ffmpeg.plan import EncodePlan


def command(executable: str, source: Path, plan: EncodePlan, folder: Path) -> list[str]:
    """One decode, one scale a rung, each rung encoded once and written as MP4 and as HLS, MP3 and
    five stills. Encoder, quality, caps and GOPs are those of the job's own plan."""
    splits = "".join(f"[s{i}]" for i in range(len(plan.rungs) + 1))
    chains = [f"[0:v]split={len(plan.rungs) + 1}{splits}"]
    for number, rung in enumerate(plan.rungs):
        chains.append(
            f"[s{number}]scale={rung.width}:{rung.height}:flags=bicubic,setsar=1,"
            f"format=yuv420p[v{number}]"
        )
    last = plan.frames - 1
    chosen = "+".join(f"eq(n\\,{round(last * share / 4)})" for share in range(5))
    chains.append(f"[s{len(plan.rungs)}]select={chosen},scale=1280:-2,format=yuvj420p[stills]")
    argv = [executable, "-v", "error", "-nostdin", "-y", "-i", str(source)]
    argv += ["-filter_complex", ";".join(chains)]
    for number, rung in enumerate(plan.rungs):
        (folder / rung.name).mkdir(parents=True)
        argv += ["-map", f"[v{number}]"]
        argv += ["-map", "0:a:0", "-c:a", "aac", "-b:a", "128k"] if plan.audio else []
        argv += [
            "-c:v", "libx264", "-preset", plan.encoder_preset, "-profile:v", plan.profile,
            "-crf", f"{rung.crf:g}", "-maxrate", str(rung.max_bitrate_bps),
            "-bufsize", str(rung.buffer_bits), "-g", str(plan.gop_frames),
            "-keyint_min", str(plan.gop_frames), "-sc_threshold", "0", "-flags", "+global_header",
            "-f", "tee",
            f"[f=mp4:movflags=+faststart]{rung.name}/video.mp4"
            f"|[f=hls:hls_time={plan.segment_seconds:g}:hls_playlist_type=vod"
            f":hls_segment_type=fmp4:hls_segment_filename={rung.name}/segment_%03d.m4s]"
            f"{rung.name}/playlist.m3u8",
        ]  # fmt: skip
    if plan.audio:
        argv += ["-map", "0:a:0", "-c:a", "libmp3lame", "-b:a", "192k", "audio.mp3"]
    return [*argv, "-map", "[stills]", "-fps_mode", "vfr", "-q:v", "3", "thumb_%d.jpg"]
