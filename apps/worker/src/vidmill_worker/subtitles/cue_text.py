"""From a subtitle packet of any text codec to the text of a WebVTT cue that can do no harm. Pure.

What is known as bold, italic and underlined stays so; everything else that is written by strangers
is shown as it stands, or dropped where players don't show it either.
"""

from __future__ import annotations

import html
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from vidmill_worker.packaging.boxes import InvalidFragment, boxes

MAX_CHARS = 2000
"""Longest cue; a screen holds a tenth of it."""
MAX_LINES = 20

_STYLES = {"b", "i", "u"}
_DROPPED = {"font", "c", "v", "lang", "ruby", "rt", "s", "span", "p"}
"""Markup of SubRip and WebVTT that is not shown as text."""
_TAG = re.compile(r"<(/?)([A-Za-z]+|\d[\d:.]*)([^<>]*)>")
_OVERRIDE = re.compile(r"\{(\\[^{}]*)\}")
_ASS_STYLE = re.compile(r"\\([biu])(\d*)(?![A-Za-z(])")
_ASS_DRAWING = re.compile(r"\\p(\d+)")


@dataclass(slots=True)
class _Payload:
    """Escaped text with balanced tags, as it is written."""

    parts: list[str] = field(default_factory=list[str])
    opened: list[str] = field(default_factory=list[str])

    def text(self, text: str) -> None:
        shown = "".join(c for c in text if c == "\n" or (c >= " " and not "\x7f" <= c <= "\x9f"))
        self.parts.append(html.escape(shown, quote=False))

    def open(self, style: str) -> None:
        if style not in self.opened:
            self.opened.append(style)
            self.parts.append(f"<{style}>")

    def close(self, style: str) -> None:
        if style not in self.opened:
            return
        inner = self.opened[self.opened.index(style) + 1 :]
        self.parts += [f"</{other}>" for other in reversed(inner)]
        self.parts.append(f"</{style}>")
        self.parts += [f"<{other}>" for other in inner]
        self.opened.remove(style)

    def finish(self) -> str:
        for style in list(reversed(self.opened)):
            self.close(style)
        # An empty line would end the cue.
        lines = [line.strip() for line in "".join(self.parts).split("\n")]
        return "\n".join([line for line in lines if line])


def payload(codec: str, data: bytes) -> str:
    """The text of one packet; empty if it shows nothing. `codec` is one of `CODECS`."""
    written = _Payload()
    CODECS[codec](data, written)
    text = written.finish()
    return text if _TAG_ONLY.sub("", text).strip() else ""


_TAG_ONLY = re.compile(r"</?[biu]>")


def _decode(data: bytes) -> str:
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(text.strip("\0").split("\n")[:MAX_LINES])[:MAX_CHARS]


def _subrip(data: bytes, out: _Payload) -> None:
    # {\an8} and the like came to SubRip from ASS.
    _markup(_OVERRIDE.sub("", _decode(data)), out, str)


def _webvtt(data: bytes, out: _Payload) -> None:
    _markup(_decode(_unboxed(data)), out, html.unescape)


def _markup(text: str, out: _Payload, plain: Callable[[str], str]) -> None:
    position = 0
    for tag in _TAG.finditer(text):
        name = tag[2].lower()
        known = name in _STYLES | _DROPPED or name == "br" or name[0].isdigit()
        if not known:
            continue
        out.text(plain(text[position : tag.start()]))
        position = tag.end()
        if name == "br":
            out.text("\n")
        elif name in _STYLES:
            (out.close if tag[1] else out.open)(name)
    out.text(plain(text[position:]))


def _unboxed(data: bytes) -> bytes:
    """The payload of a WebVTT sample of an MP4 (ISO/IEC 14496-30), or what is no such sample."""
    if data[4:8] not in {b"vttc", b"vtte", b"vttx"}:
        return data
    try:
        cues = [dict(boxes(content)) for kind, content in boxes(data) if kind == b"vttc"]
    except InvalidFragment:
        return b""
    return b"\n".join(cue.get(b"payl", b"") for cue in cues)


def _ass(data: bytes, out: _Payload) -> None:
    # ReadOrder, Layer, Style, Name, three margins, Effect, Text (Matroska's form).
    text = _decode(data).split(",", 8)[-1]
    drawing = False
    position = 0
    for block in [*re.finditer(r"\{[^{}]*\}", text), None]:
        part = text[position : block.start() if block else len(text)]
        if not drawing:
            spaced = part.replace("\\h", "\u00a0").replace("\\n", " ")
            out.text(spaced.replace("\\N", "\n"))
        if block is None:
            return
        position = block.end()
        for style, value in _ASS_STYLE.findall(block[0]):
            # Bold may be a weight; 400 is normal.
            on = value not in {"", "0"} and not (value.isdigit() and 1 < int(value) <= 400)
            (out.open if on else out.close)(style)
        if found := _ASS_DRAWING.search(block[0]):
            drawing = found[1] != "0"


def _mov_text(data: bytes, out: _Payload) -> None:
    """3GPP TS 26.245, 5.17: a length, the text, then boxes of which one holds styles."""
    if len(data) < 2:
        return
    (length,) = struct.unpack_from(">H", data)
    raw = data[2 : 2 + length]
    utf16 = raw[:2] in {b"\xfe\xff", b"\xff\xfe"}
    text = raw.decode("utf-16", "replace")[:MAX_CHARS] if utf16 else _decode(raw)
    position = 0
    for start, end, styles in _mov_styles(data[2 + length :]):
        if not position <= start < end <= len(text):
            break
        out.text(text[position:start])
        for style in styles:
            out.open(style)
        out.text(text[start:end])
        for style in reversed(styles):
            out.close(style)
        position = end
    out.text(text[position:])


def _mov_styles(data: bytes) -> Iterator[tuple[int, int, list[str]]]:
    """(first character, end, styles) of each run that has one; 5.17.1.1."""
    try:
        styl = next((content for kind, content in boxes(data) if kind == b"styl"), b"")
    except InvalidFragment:
        return
    for offset in range(2, len(styl) - 11, 12):
        start, end, _, face = struct.unpack_from(">HHHB", styl, offset)
        styles = [style for bit, style in ((1, "b"), (2, "i"), (4, "u")) if face & bit]
        if styles:
            yield start, end, styles


CODECS: Mapping[str, Callable[[bytes, _Payload], None]] = {
    "subrip": _subrip,
    "srt": _subrip,
    "text": _subrip,
    "webvtt": _webvtt,
    "ass": _ass,
    "ssa": _ass,
    "mov_text": _mov_text,
}
"""By the names that FFmpeg gives them."""
