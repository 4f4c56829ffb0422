"""Check HLS playlists against RFC 8216, rule by rule. Pure: text in, broken rules out.

Each rule names its section. What the RFC leaves open and Apple's authoring specification asks for
is marked (Apple). Written against the text of the rules, not against `hls`, so that it can find
that module's faults.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from posixpath import dirname, join

from vidmill_worker.packaging.codec_rules import unknown_codecs

_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s]+)(?:,|$)')
_SOUND = ("mp4a", "opus")
_MASTER_ONLY = ("#EXT-X-MEDIA:", "#EXT-X-STREAM-INF:", "#EXT-X-I-FRAME-STREAM-INF:")
_MEDIA_ONLY = ("#EXTINF:", "#EXT-X-TARGETDURATION:", "#EXT-X-MEDIA-SEQUENCE:", "#EXT-X-MAP:")


def violations(master_name: str, playlists: Mapping[str, str], files: Collection[str]) -> list[str]:
    """Broken rules of a master playlist and the media playlists it names.

    `playlists` maps names to texts, the master included; `files` are the names of all segments
    and init segments there are. Names are relative to the same directory.
    """
    found = [f"{master_name}: {rule}" for rule in _master(master_name, playlists)]
    for name, text in playlists.items():
        if name != master_name:
            found += [f"{name}: {rule}" for rule in _media(name, text, files)]
    # 6.2.4: every media playlist of every variant has the same target duration, but text.
    targets = {
        name: _value(text.splitlines(), "#EXT-X-TARGETDURATION:")
        for name, text in playlists.items()
        if name != master_name and not _is_text(text)
    }
    if len(set(targets.values())) > 1:
        found.append(f"6.2.4: target durations differ: {targets}")
    return found


def attributes(line: str) -> dict[str, str]:
    """The attribute list of a tag (4.2), quotes taken off."""
    return {key: value.strip('"') for key, value in _ATTRIBUTE.findall(line.partition(":")[2])}


def _common(text: str) -> Iterator[str]:
    lines = text.splitlines()
    if not lines or lines[0] != "#EXTM3U":
        yield "4.3.1.1: the first line is not #EXTM3U"
    if text.startswith("\ufeff") or any(ord(c) < 32 and c not in "\r\n" for c in text):
        yield "4: a byte order mark or control character"
    if sum(line.startswith("#EXT-X-VERSION:") for line in lines) > 1:
        yield "4.3.1.2: more than one EXT-X-VERSION"


def _media(name: str, text: str, files: Collection[str]) -> Iterator[str]:
    yield from _common(text)
    lines = [line for line in text.splitlines() if line]
    if any(line.startswith(_MASTER_ONLY) for line in lines):
        yield "4.1: a tag of master playlists"
    maps = [attributes(line).get("URI", "") for line in lines if line.startswith("#EXT-X-MAP:")]
    yield from _maps(lines, maps, is_text=_is_text(text))
    yield from _segments(lines)
    for uri in [*maps, *(line for line in lines if not line.startswith("#"))]:
        if not _is_relative(uri):
            yield f"{uri} is not a plain relative name"
        elif join(dirname(name), uri) not in files:
            yield f"{uri} names a file that is not there"
    kind = _value(lines, "#EXT-X-PLAYLIST-TYPE:")
    if kind not in {"VOD", "EVENT", None}:
        yield f"4.3.3.5: playlist type {kind}"
    if kind == "VOD" and lines[-1] != "#EXT-X-ENDLIST":
        yield "6.2.1: a VOD playlist without EXT-X-ENDLIST can't change any more"


def _maps(lines: list[str], maps: list[str], *, is_text: bool) -> Iterator[str]:
    if is_text:
        if maps:
            yield "3.5: WebVTT has no EXT-X-MAP"
    elif len(maps) != 1:
        yield "3.3: fragmented MP4 needs one EXT-X-MAP"
    elif int(_value(lines, "#EXT-X-VERSION:") or 1) < 6:
        yield "7: EXT-X-MAP needs version 6"


def _is_text(text: str) -> bool:
    return any(line.endswith(".vtt") for line in text.splitlines() if not line.startswith("#"))


def _segments(lines: list[str]) -> Iterator[str]:
    target = _value(lines, "#EXT-X-TARGETDURATION:")
    if target is None or not target.isdecimal():
        yield "4.3.3.1: EXT-X-TARGETDURATION is missing or no integer"
        return
    first = next((n for n, line in enumerate(lines) if line.startswith("#EXTINF:")), len(lines))
    if any(line.startswith("#EXT-X-MEDIA-SEQUENCE:") for line in lines[first:]):
        yield "4.3.3.2: EXT-X-MEDIA-SEQUENCE after the first segment"
    if any(line.startswith("#EXT-X-MAP:") for line in lines[first:]):
        yield "4.3.2.5: EXT-X-MAP after the first segment"
    uris = [line for line in lines if not line.startswith("#")]
    if len(set(uris)) != len(uris):
        yield "a segment is named twice"
    durations = [line for line in lines if line.startswith("#EXTINF:")]
    if len(durations) != len(uris) or not uris:
        yield f"4.3.2.1: {len(durations)} EXTINF for {len(uris)} segments"
    for line, following in pairwise(lines):
        if line.startswith("#EXTINF:"):
            yield from _extinf(line, following, int(target))


def _extinf(line: str, following: str, target: int) -> Iterator[str]:
    number = re.fullmatch(r"#EXTINF:(\d+(?:\.\d+)?),.*", line)
    if number is None or float(number[1]) <= 0:
        yield f"4.3.2.1: {line}"
    elif int(float(number[1]) + 0.5) > target:
        yield f"4.3.3.1: {number[1]} s is longer than the target duration of {target} s"
    if following.startswith("#"):
        yield f"4.3.2.1: no segment behind {line}"


def _master(name: str, playlists: Mapping[str, str]) -> Iterator[str]:
    yield from _common(playlists[name])
    lines = [line for line in playlists[name].splitlines() if line]
    if any(line.startswith(_MEDIA_ONLY) for line in lines):
        yield "4.1: a tag of media playlists"
    if "#EXT-X-INDEPENDENT-SEGMENTS" not in lines:
        yield "(Apple) 9: EXT-X-INDEPENDENT-SEGMENTS is missing"
    groups: set[tuple[str, str]] = set()
    for line in lines:
        if line.startswith("#EXT-X-MEDIA:"):
            yield from _rendition(attributes(line), groups, playlists)
    yield from _defaults([attributes(line) for line in lines if line.startswith("#EXT-X-MEDIA:")])
    variants = 0
    for line, following in pairwise([*lines, "#"]):
        if line.startswith("#EXT-X-STREAM-INF:"):
            variants += 1
            yield from _variant(attributes(line), following, groups, playlists)
    if not variants:
        yield "4.3.4.2: no variant stream"


def _rendition(
    found: Mapping[str, str], groups: set[tuple[str, str]], playlists: Mapping[str, str]
) -> Iterator[str]:
    for needed in ("TYPE", "GROUP-ID", "NAME"):
        if needed not in found:
            yield f"4.3.4.1: EXT-X-MEDIA without {needed}"
    if "LANGUAGE" not in found:
        yield "(Apple) 8.10: EXT-X-MEDIA without LANGUAGE"
    key = (found.get("GROUP-ID", ""), found.get("NAME", ""))
    if key in groups:
        yield f"4.3.4.1.1: two renditions {key}"
    groups.add(key)
    if found.get("DEFAULT") == "YES" and found.get("AUTOSELECT") == "NO":
        yield "4.3.4.1: AUTOSELECT must be YES where DEFAULT is"
    if found.get("TYPE") == "AUDIO" and "CHANNELS" not in found:
        yield "4.3.4.1: audio should state CHANNELS"
    if found.get("TYPE") == "SUBTITLES" and "URI" not in found:
        yield "4.3.4.1: subtitles need a URI"
    if "FORCED" in found and found.get("TYPE") != "SUBTITLES":
        yield "4.3.4.1: only subtitles are forced"
    if "URI" in found and found["URI"] not in playlists:
        yield f"{found['URI']} is not there"


def _defaults(renditions: list[dict[str, str]]) -> Iterator[str]:
    for kind in {(found.get("TYPE"), found.get("GROUP-ID")) for found in renditions}:
        same = [r for r in renditions if (r.get("TYPE"), r.get("GROUP-ID")) == kind]
        if sum(found.get("DEFAULT") == "YES" for found in same) > 1:
            yield f"4.3.4.1.1: more than one default in group {kind[1]}"


def _variant(
    found: Mapping[str, str],
    uri: str,
    groups: set[tuple[str, str]],
    playlists: Mapping[str, str],
) -> Iterator[str]:
    if uri.startswith("#"):
        yield "4.3.4.2: EXT-X-STREAM-INF without a playlist behind it"
    elif uri not in playlists or not _is_relative(uri):
        yield f"{uri} is not there"
    bandwidth = found.get("BANDWIDTH", "")
    if not bandwidth.isdecimal() or int(bandwidth) <= 0:
        yield "4.3.4.2: BANDWIDTH is missing"
    elif int(found.get("AVERAGE-BANDWIDTH", bandwidth)) > int(bandwidth):
        yield "4.3.4.2: AVERAGE-BANDWIDTH above BANDWIDTH"
    yield from _video(found)
    if "SUBTITLES" in found and found["SUBTITLES"] not in {group for group, _ in groups}:
        yield f"4.3.4.2: no group {found['SUBTITLES']} of subtitles"
    if "AUDIO" in found:
        yield from _audio_group(found, groups)


def _video(found: Mapping[str, str]) -> Iterator[str]:
    if not found.get("CODECS"):
        yield "4.3.4.2: CODECS should be there"
    elif unknown := unknown_codecs(found["CODECS"]):
        yield f"RFC 6381: CODECS names {', '.join(unknown)}"
    if found.get("VIDEO-RANGE", "SDR") not in {"SDR", "HLG", "PQ"}:
        yield f"8216bis 4.4.6.2: VIDEO-RANGE {found['VIDEO-RANGE']}"
    if all(codec.startswith(_SOUND) for codec in found.get("CODECS", "").split(",")):
        if {"RESOLUTION", "FRAME-RATE", "VIDEO-RANGE", "CLOSED-CAPTIONS"} & found.keys():
            yield "4.3.4.2: attributes of video for sound alone"
        return
    if not re.fullmatch(r"\d+x\d+", found.get("RESOLUTION", "")):
        yield "4.3.4.2: RESOLUTION should be there for video"
    if not re.fullmatch(r"\d+(\.\d{1,3})?", found.get("FRAME-RATE", "")):
        yield "4.3.4.2: FRAME-RATE should be there, with three decimals at most"


def _audio_group(found: Mapping[str, str], groups: set[tuple[str, str]]) -> Iterator[str]:
    if found["AUDIO"] not in {group for group, _ in groups}:
        yield f"4.3.4.2: no audio group {found['AUDIO']}"
    if not any(codec in found.get("CODECS", "") for codec in _SOUND):
        yield "4.3.4.2: CODECS does not name the audio"


def _value(lines: list[str], tag: str) -> str | None:
    return next((line.removeprefix(tag) for line in lines if line.startswith(tag)), None)


def _is_relative(uri: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*", uri)) and ".." not in uri
