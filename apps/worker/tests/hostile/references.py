"""Files that name other files and hosts."""

from __future__ import annotations

import struct
from collections.abc import Callable

from .corpus import Lures, entry
from .writers import EBML_HEADER, avi, box, changed, chunk, full, movie

Text = Callable[[Lures], str]

LISTS: dict[str, Text] = {
    "hls.mp4": lambda to: (
        f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{to.url}\n#EXT-X-ENDLIST\n"
    ),
    "hls.avi": lambda to: f"#EXTM3U\n#EXTINF:9,\nfile://{to.secret}\n#EXT-X-ENDLIST\n",
    "hls_subfile.mkv": lambda to: (
        f"#EXTM3U\n#EXTINF:9,\nsubfile,,start,0,end,9,,:{to.secret}\n#EXT-X-ENDLIST\n"
    ),
    "hls_concat.ts": lambda to: (
        f"#EXTM3U\n#EXTINF:9,\nconcat:{to.url}|file:{to.secret}\n#EXT-X-ENDLIST\n"
    ),
    "hls_crypto.mov": lambda to: (
        f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{to.url}"\n'
        f"#EXTINF:9,\ncrypto:file:{to.secret}\n#EXT-X-ENDLIST\n"
    ),
    "hls_data_async.webm": lambda to: (
        f"#EXTM3U\n#EXTINF:9,\ndata:video/mp4;base64,AAAA\n#EXTINF:9,\nasync:{to.url}\n#EXT-X-ENDLIST\n"
    ),
    "ffconcat.mp4": lambda to: f"ffconcat version 1.0\nfile '{to.secret}'\nfile '{to.url}'\n",
    "ffconcat.avi": lambda to: f"ffconcat version 1.0\nfile file:{to.secret}\noption safe 0\n",
    "dash_loop.mp4": lambda to: (
        "<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011' type='dynamic'>"
        f"<Location>{to.url}</Location><Period xmlns:xlink='http://www.w3.org/1999/xlink' "
        f"xlink:href='{to.url}'/></MPD>"
    ),
    "dash_reference.mkv": lambda to: (
        f"<MPD xmlns='urn:mpeg:dash:schema:mpd:2011'><BaseURL>{to.url}</BaseURL><Period>"
        f"<AdaptationSet mimeType='video/mp4'><Representation><BaseURL>file://{to.secret}</BaseURL>"
        "</Representation></AdaptationSet></Period></MPD>"
    ),
    "session.sdp.mp4": lambda to: (
        f"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {to.port} RTP/AVP 96\n"
    ),
    "smil.mov": lambda to: f"<smil><body><video src='{to.url}'/></body></smil>",
    "asx.wmv": lambda to: f"<asx version='3.0'><entry><ref href='{to.url}'/></entry></asx>",
    "reference.wmv": lambda to: f"[Reference]\r\nRef1={to.url}\r\n",
    "ram.flv": lambda to: f"{to.url}\nfile://{to.secret}\n",
    "m3u.avi": lambda to: f"#EXTM3U\n#EXTINF:1,x\n{to.secret}\n",
    "pls.mp4": lambda to: f"[playlist]\nFile1={to.url}\nFile2={to.secret}\nNumberOfEntries=2\n",
    "svg.mp4": lambda to: (
        "<svg xmlns:xlink='http://www.w3.org/1999/xlink' width='640' height='480'>"
        f"<image xlink:href='{to.url}'/></svg>"
    ),
    "avisynth.avi": lambda to: f'AviSource("{to.secret}")\n',
    "vapoursynth.mkv": lambda to: f"import vapoursynth\nopen({str(to.secret)!r}).read()\n",
    "image_%03d.mp4": lambda to: f"{to.secret}\n",
    "rtsp_redirect.mov": lambda to: f"RTSPtext\r\nrtsp://127.0.0.1:{to.port}/stolen\r\n",
}


def _plain(text: Text) -> Callable[[Lures], bytes]:
    return lambda to: text(to).encode()


for _name, _text in LISTS.items():
    entry(_name)(_plain(_text))


def _list(to: Lures) -> bytes:
    return LISTS["hls.mp4"](to).encode() + LISTS["hls.avi"](to).encode()


# Lists behind the magic bytes of a video.


@entry("list_in_mp4_clothing.mp4")
def _(to: Lures) -> bytes:
    return box(b"ftyp", b"isom", bytes(4)) + _list(to)


@entry("list_in_a_free_box.mp4")
def _(to: Lures) -> bytes:
    return box(b"ftyp", b"isom", bytes(4)) + box(b"free", _list(to)) + box(b"moov", _list(to))


@entry("list_in_avi_clothing.avi")
def _(to: Lures) -> bytes:
    return chunk(b"RIFF", b"AVI ", _list(to))


@entry("list_in_avi_subtitles.avi")
def _(to: Lures) -> bytes:
    # GAB2 subtitles are a file in a file, whose demuxer FFmpeg once chose by its content.
    name = "list.m3u8".encode("utf-16-le") + b"\0\0"
    inner = _list(to)
    subtitles = (
        b"GAB2\0"
        + struct.pack("<HI", 2, len(name))
        + name
        + struct.pack("<HI", 4, len(inner))
        + inner
    )
    header = b"txts" + bytes(20) + struct.pack("<2I", 1, 1) + bytes(28)
    stream = chunk(b"LIST", b"strl", chunk(b"strh", header), chunk(b"strf"))
    return avi(more_streams=stream, streams=2, in_movi=chunk(b"01tx", subtitles))


@entry("list_in_matroska_clothing.mkv")
def _(to: Lures) -> bytes:
    return EBML_HEADER + _list(to)


@entry("list_in_flash_clothing.flv")
def _(to: Lures) -> bytes:
    return b"FLV\x01\x05\0\0\0\x09\0\0\0\0" + _list(to)


@entry("list_in_windows_clothing.wmv")
def _(to: Lures) -> bytes:
    return bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + _list(to)


@entry("list_in_broadcast_clothing.ts")
def _(to: Lures) -> bytes:
    line = b"G#EXTM3U\n" + LISTS["hls.mp4"](to).encode()
    return line[:187].ljust(188, b"\n") * 12


@entry("list_in_exchange_clothing.mxf")
def _(to: Lures) -> bytes:
    return _list(to) + bytes.fromhex("060e2b34020501010d010201") + _list(to)


# References of MOV files to media in other files (ISO/IEC 14496-12, 8.7.2).


@entry("media_at_a_url.mov")
def _(to: Lures) -> bytes:
    return movie(dref=full(b"url ", to.url.encode(), b"\0"))


@entry("media_in_a_file.mov")
def _(to: Lures) -> bytes:
    return movie(dref=full(b"url ", f"file://{to.secret}".encode(), b"\0"))


@entry("media_by_alias.mov")
def _(to: Lures) -> bytes:
    # An alias record of Mac OS with an absolute path (type 18) and a POSIX path (type 2).
    path = str(to.secret).encode()
    volume = bytes([4]) + b"disk" + bytes(23)
    name = to.secret.name.encode()[:63]
    record = (
        bytes(4) + struct.pack(">HHH", 150, 2, 0) + volume + bytes(12)
        + bytes([len(name)]) + name.ljust(63, b"\0") + bytes(16)
        + struct.pack(">HH", 1, 1) + bytes(16)
        + struct.pack(">hH", 2, len(path)) + path + b"\0" * (len(path) % 2)
        + struct.pack(">hH", 18, len(path)) + path + b"\0" * (len(path) % 2)
        + struct.pack(">hH", -1, 0)
    )  # fmt: skip
    return movie(dref=full(b"alis", record))


@entry("media_by_name.mov")
def _(to: Lures) -> bytes:
    return movie(dref=full(b"urn ", b"urn:x\0", str(to.secret).encode(), b"\0"))


@entry("sound_in_a_file.mp4")
def _(to: Lures) -> bytes:
    """Of a good film only the sound is elsewhere."""
    references = 0

    def elsewhere(content: bytes) -> bytes:
        nonlocal references
        references += 1
        if references == 1:
            return content
        return struct.pack(">II", 0, 1) + full(b"url ", f"file://{to.secret}".encode(), b"\0")

    return changed(to.good["mp4"], b"dref", elsewhere)


@entry("movie_that_is_a_reference.mov")
def _(to: Lures) -> bytes:
    link = to.url.encode() + b"\0"
    reference = box(b"rdrf", bytes(4), b"url ", struct.pack(">I", len(link)), link)
    return box(b"ftyp", b"qt  ", bytes(4)) + box(b"moov", box(b"rmra", box(b"rmda", reference)))


@entry("references_without_number.mov")
def _(to: Lures) -> bytes:
    many = full(b"url ", to.url.encode(), b"\0") * 5000
    return changed(movie(), b"dref", lambda _: struct.pack(">II", 0, 0xFFFFFFFF) + many)


# Fonts and files that subtitles name.

STYLED = (
    "[Script Info]\nScriptType: v4.00+\n[V4+ Styles]\n"
    "Format: Name, Fontname, Fontsize\nStyle: Default,{secret},40\n"
    "[Fonts]\nfontname: {secret}\n[Graphics]\nfilename: {secret}\n"
    "[Events]\nFormat: Start, End, Style, Text\n"
    "Dialogue: 0:00:00.00,0:00:01.00,Default,{{\\fn{secret}}}{{\\1img({url})}}x\n"
)


@entry("subtitles_alone.ass")
def _(to: Lures) -> bytes:
    return STYLED.format(secret=to.secret, url=to.url).encode()


@entry("subtitles_alone.srt.mp4")
def _(to: Lures) -> bytes:
    line = f'<font face="{to.secret}"><img src="{to.url}"/>x</font>'
    return f"1\n00:00:00,000 --> 00:00:01,000\n{line}\n".encode()
