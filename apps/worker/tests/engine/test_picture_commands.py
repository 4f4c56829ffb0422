"""Whole command lines of pictures: a change of any flag shows up here."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from vidmill_worker.ffmpeg.pictures import (
    Animation,
    Cut,
    Sheet,
    check_command,
    preview_command,
    sheet_command,
)

from .test_command import FRONT, MOV, words

LIST = f"{MOV} -nofind_stream_info -protocol_whitelist file,concatf"


def test_a_sprite_of_key_pictures() -> None:
    sheet = Sheet(
        video_list=Path("/w/s.txt"),
        keys_only=True,
        picks=(0, 2, 3),
        tile_width=160,
        tile_height=90,
        columns=3,
        rows=1,
        output="thumbnails/sprite_000.jpg",
    )
    assert sheet_command("ffmpeg", sheet) == words(
        FRONT,
        f"{MOV} -discard nokey -nofind_stream_info -protocol_whitelist file,concatf",
        "-threads 1 -i concatf:/w/s.txt -filter_complex",
        r"'[0:v:0]select=eq(n\,0)+eq(n\,2)+eq(n\,3)[s0];"
        "[s0]scale=160:90:flags=bicubic:out_color_matrix=bt601:out_range=pc[s1];[s1]format=pix_fmts=yuvj420p[s2];"
        "[s2]tile=3x1[s3]' -map [s3]",
        "-f image2 -c:v mjpeg -fps_mode passthrough -q:v 5 -threads 1 -update 1",
        "thumbnails/sprite_000.jpg",
    )


def test_both_previews_of_two_cuts() -> None:
    cuts = [Cut(Path(f"/w/{n}.txt"), Fraction(10 * n + 1, 2), Fraction(1)) for n in (0, 1)]
    animations = [
        Animation("gif", 240, 136, "preview/preview.gif"),
        Animation("webp", 320, 180, "preview/preview.webp"),
    ]
    assert preview_command("ffmpeg", cuts, animations, 10) == words(
        FRONT,
        f"{LIST} -seek_timestamp 1 -ss 0.500000 -t 1.000000 -threads 1 -i concatf:/w/0.txt",
        f"{LIST} -seek_timestamp 1 -ss 5.500000 -t 1.000000 -threads 1 -i concatf:/w/1.txt",
        "-filter_complex '[0:v:0]fps=10[s0];[1:v:0]fps=10[s1];[s0][s1]concat=n=2[s2];"
        "[s2]split=2[s3][s4];[s3]scale=240:136:flags=bicubic[s5];[s5]split=2[s6][s7];"
        "[s6]palettegen[s8];[s7][s8]paletteuse=bayer_scale=5:diff_mode=rectangle:dither=bayer[s9];"
        "[s4]scale=320:180:flags=bicubic:out_color_matrix=bt601:out_range=tv[s10];"
        "[s10]format=pix_fmts=yuv420p[s11]'",
        "-map [s9] -f gif -c:v gif -loop 0 preview/preview.gif",
        "-map [s11] -f webp -c:v libwebp_anim -compression_level 4 -loop 0 -map_chapters -1",
        "-map_metadata -1 -quality 60 preview/preview.webp",
    )


def test_one_preview_of_one_cut_is_not_split() -> None:
    cut = Cut(Path("/w/0.txt"), Fraction(0), Fraction(4))
    command = preview_command("ffmpeg", [cut], [Animation("webp", 320, 180, "p.webp")], 10)
    graph = command[command.index("-filter_complex") + 1]
    assert graph == (
        "[0:v:0]fps=10[s0];[s0]scale=320:180:flags=bicubic:out_color_matrix=bt601:out_range=tv[s1];"
        "[s1]format=pix_fmts=yuv420p[s2]"
    )


def test_checking_pictures() -> None:
    each = "-err_detect explode -protocol_whitelist file -threads 1"
    files = [(Path("/w/a.jpg"), "jpeg_pipe"), (Path("/w/b.gif"), "gif")]
    assert check_command("ffmpeg", files) == words(
        FRONT,
        f"-xerror -f jpeg_pipe {each} -i file:/w/a.jpg -f gif {each} -i file:/w/b.gif",
        "-map 0:v:0 -f null -fps_mode passthrough pipe:",
        "-map 1:v:0 -f null -fps_mode passthrough pipe:",
    )
