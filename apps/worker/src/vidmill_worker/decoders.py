"""Which decoders read sources: one for each codec that cameras, phones, editors, recorders and the
web put into the containers we take, and none of the two hundred others.

Most holes of FFmpeg are in decoders that nobody uses. Imports only the standard library: the
probing child uses it.
"""

from __future__ import annotations

from collections.abc import Iterable

VIDEO: dict[str, tuple[str, ...]] = {
    **{
        codec: (codec,)
        for codec in (
            # The web, phones and discs.
            *("h264", "hevc", "vvc", "vp8", "vp9", "theora"),
            *("mpeg1video", "mpeg2video", "mpeg4", "h263", "h263p", "vc1"),
            # Cameras and editors.
            *("mjpeg", "prores", "prores_raw", "dnxhd", "cfhd", "dvvideo", "jpeg2000"),
            *("rawvideo", "v210", "r10k", "r210", "qtrle", "png"),
            # Archives and screen recorders.
            *("ffv1", "ffvhuff", "huffyuv", "utvideo"),
            # What Flash, Windows Media, DivX and QuickTime were made of.
            *("flashsv", "flashsv2", "vp6", "vp6a", "vp6f"),
            *("wmv1", "wmv2", "wmv3", "mss2", "msmpeg4v1", "msmpeg4v2", "svq1", "svq3"),
        )
    },
    "av1": ("libdav1d", "libaom-av1"),
    "flv1": ("flv",),
    "msmpeg4v3": ("msmpeg4",),
}
"""Codec to the names of its decoders, as FFmpeg calls both."""

AUDIO: dict[str, tuple[str, ...]] = {
    **{
        codec: (codec,)
        for codec in (
            *("aac", "aac_latm", "ac3", "eac3", "truehd", "mlp", "vorbis", "flac", "alac"),
            *("wmav1", "wmav2", "wmapro", "wmalossless", "wmavoice"),
            *("nellymoser", "speex", "s302m", "qdm2"),
            *("adpcm_ima_qt", "adpcm_ima_wav", "adpcm_ms", "adpcm_swf"),
            *("pcm_alaw", "pcm_mulaw", "pcm_bluray", "pcm_dvd", "pcm_s8", "pcm_u8"),
            *(f"pcm_{kind}{end}" for kind in ("s16", "s24", "s32", "f32", "f64")
              for end in ("le", "be")),
        )
    },
    "amr_nb": ("amrnb", "libopencore_amrnb"),
    "amr_wb": ("amrwb", "libopencore_amrwb"),
    "dts": ("dca",),
    "mp1": ("mp1float", "mp1"),
    "mp2": ("mp2float", "mp2"),
    "mp3": ("mp3float", "mp3"),
    "opus": ("opus", "libopus"),
}  # fmt: skip

TEXT = ("subrip", "srt", "ass", "ssa", "webvtt", "mov_text", "text")
"""Decoders of subtitles that are text."""

EVERY = tuple(
    dict.fromkeys(
        [name for names in (*VIDEO.values(), *AUDIO.values()) for name in names] + [*TEXT]
    )
)


def of(codecs: Iterable[str]) -> tuple[str, ...]:
    """The decoders of some codecs, and those of text; codecs that are not taken have none."""
    known = VIDEO | AUDIO
    names = [name for codec in codecs for name in known.get(codec, ())]
    return tuple(dict.fromkeys([*names, *TEXT]))
