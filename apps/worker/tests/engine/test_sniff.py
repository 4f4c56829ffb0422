"""Containers by their first bytes."""

from __future__ import annotations

import pytest

from vidmill.errors import InvalidSource
from vidmill_worker.sniff import identify, sniff

MOV = "mov,mp4,m4a,3gp,3g2,mj2"


@pytest.mark.parametrize(
    ("head", "format_", "demuxer"),
    [
        (b"\0\0\0\x20ftypisom\0\0\2\0", "mp4", MOV),
        (b"\0\0\0\x20ftypM4V \0\0\2\0", "mp4", MOV),
        (b"\0\0\0\x14ftypqt  \0\0\2\0", "mov", MOV),
        (b"\0\0\0\x08wide\0\0\0\0mdat", "mov", MOV),
        (b"\0\0\0\x1cftyp3gp5\0\0\2\0", "3gp", MOV),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", "webm", "matroska"),
        (b"\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska", "matroska", "matroska"),
        (b"RIFF\0\0\0\0AVI LIST", "avi", "avi"),
        (b"FLV\x01\x05\0\0\0\x09", "flv", "flv"),
        (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), "asf", "asf"),
        ((b"G" + bytes(187)) * 5, "mpegts", "mpegts"),
        ((bytes(4) + b"G" + bytes(187)) * 5, "mpegts", "mpegts"),
        (b"cut" * 20 + (b"G" + bytes(187)) * 9, "mpegts", "mpegts"),
        (bytes(1000) + bytes.fromhex("060e2b34020501010d010201"), "mxf", "mxf"),
    ],
)
def test_known(head: bytes, format_: str, demuxer: str) -> None:
    container = identify(head)
    assert container is not None
    assert (container.format, container.demuxer) == (format_, demuxer)


@pytest.mark.parametrize(
    "head",
    [
        b"hello world, this is a text\n",
        b"#EXTM3U\n#EXTINF:4,\nfile:///etc/passwd\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"<?xml version='1.0'?><MPD/>",
        b"RIFF\0\0\0\0WAVEfmt ",
        b"\x89PNG\r\n\x1a\n",
        b"ID3\x04\0\0\0\0\0\0",
        b"G" + bytes(300),
        bytes(4096),
        b"\0",
    ],
)
def test_unknown(head: bytes) -> None:
    assert identify(head) is None


def test_an_empty_file_and_one_of_another_kind_have_their_own_codes() -> None:
    for head, code in ((b"", "corrupt_file"), (b"<html>", "unsupported_format")):
        with pytest.raises(InvalidSource) as refused:
            sniff(head)
        assert refused.value.source_code == code
