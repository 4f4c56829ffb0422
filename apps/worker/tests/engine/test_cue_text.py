"""Text of strangers becomes cues that can do no harm, whatever codec it comes in."""

from __future__ import annotations

import struct
from fractions import Fraction

import pytest

from vidmill_worker.packaging import webvtt, webvtt_rules
from vidmill_worker.packaging.webvtt import Cue
from vidmill_worker.subtitles.cue_text import payload

ASS = b"0,0,Default,,0,0,0,,"


def mov_text(text: str, *runs: tuple[int, int, int]) -> bytes:
    data = text.encode()
    styles = b"".join(struct.pack(">HHHBBI", a, b, 1, face, 18, 0) for a, b, face in runs)
    styl = struct.pack(">I4sH", 10 + len(styles), b"styl", len(runs)) + styles
    return struct.pack(">H", len(data)) + data + (styl if runs else b"")


@pytest.mark.parametrize(
    ("codec", "data", "shown"),
    [
        ("subrip", b"Hello <i>there</i> & you", "Hello <i>there</i> &amp; you"),
        ("subrip", b"a --> b\r\n\r\n00:01.000 --> x", "a --&gt; b\n00:01.000 --&gt; x"),
        ("subrip", b"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("subrip", b"<img src=x onerror=y>", "&lt;img src=x onerror=y&gt;"),
        ("subrip", b'<FONT color="red">red</FONT>{\\an8}', "red"),
        ("subrip", b"<b>bold", "<b>bold</b>"),
        ("subrip", b"<b>x<i>y</b>z</i></u>", "<b>x<i>y</i></b><i>z</i>"),
        ("subrip", b"\x00\x01NOTE\x1b[31m \xff", "NOTE[31m \ufffd"),
        ("subrip", b" \n<i></i>\n", ""),
        ("text", b"WEBVTT\n\nSTYLE\n::cue{}", "WEBVTT\nSTYLE\n::cue{}"),
        (
            "webvtt",
            b"<v Roger>Hi &lt;b&gt; &amp;<00:01.000> <c.x>you</c>",
            "Hi &lt;b&gt; &amp; you",
        ),
        ("webvtt", struct.pack(">I4sI4s", 20, b"vttc", 12, b"payl") + b"boxd", "boxd"),
        ("webvtt", struct.pack(">I4s", 8, b"vtte"), ""),
        ("ass", ASS + rb"{\i1}A{\i0}, b\Nc\hd", "<i>A</i>, b\nc\u00a0d"),
        ("ass", ASS + rb"{\p1}m 0 0 l 9 9{\p0}after{\bord2\b700}<b>", "after<b>&lt;b&gt;</b>"),
        ("ssa", ASS + rb"{\b400}plain{\pos(1,2)}", "plain"),
        ("mov_text", mov_text("one two", (4, 7, 2)), "one <i>two</i>"),
        ("mov_text", mov_text("b & c", (0, 1, 1), (4, 99, 1)), "<b>b</b> &amp; c"),
        ("mov_text", b"", ""),
        ("mov_text", b"\x00\x00", ""),
        ("mov_text", b"\xff\xffcut", "cut"),
    ],
)
def test_cue_text(codec: str, data: bytes, shown: str) -> None:
    assert payload(codec, data) == shown


def test_nobody_reads_a_page_at_once() -> None:
    assert len(payload("subrip", b"x" * 60_000)) == 2000
    assert payload("subrip", b"x\n" * 500).count("\n") == 19


def test_whatever_is_in_a_packet_the_file_stays_whole() -> None:
    nasty = [bytes([a, b]) * 9 for a in range(0, 256, 5) for b in b"<>&-\n\\{}0123bip/\x00\xf0"]
    for codec in ("subrip", "webvtt", "ass", "mov_text"):
        texts = [payload(codec, data) for data in nasty]
        cues = [Cue(n, n + 1, text) for n, text in enumerate(texts) if text]
        assert webvtt_rules.violations(webvtt.document(cues, Fraction(1, 12))) == []


def test_a_document() -> None:
    cues = [Cue(3_601_500, 3_602_000, "b"), Cue(0, 1, "<i>a</i>\nA")]
    assert webvtt.document(cues, Fraction(1001, 15_000)) == (
        "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:6006\n\n"
        "00:00:00.000 --> 00:00:00.001\n<i>a</i>\nA\n\n"
        "01:00:01.500 --> 01:00:02.000\nb\n"
    )


GOOD = webvtt.document([Cue(0, 900, "one"), Cue(500, 1500, "<i>two</i>")], Fraction(1, 12))


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("WEBVTT", "VTT", "WEBVTT"),
        ("MPEGTS:7500", "MPEGTS:x", "X-TIMESTAMP-MAP"),
        ("00:00:00.000 --> 00:00:00.900", "00:00:01.000 --> 00:00:00.900", "ends before"),
        ("00:00:00.000 --> 00:00:00.900", "00:00:00.600 --> 00:00:00.900", "before the one"),
        ("00:00:00.900", "0:00.900", "no timings"),
        ("one", "a --> b", "arrow"),
        ("one", "<script>", "markup"),
        ("one", "a & b", "markup"),
        ("one", "</b>", "not open"),
        ("</i>", "", "open"),
        ("one", " ", "empty"),
        ("one", "\x07", "control"),
    ],
)
def test_each_rule_of_text_can_be_broken(old: str, new: str, rule: str) -> None:
    assert webvtt_rules.violations(GOOD) == []
    assert old in GOOD
    assert any(rule in found for found in webvtt_rules.violations(GOOD.replace(old, new, 1)))
