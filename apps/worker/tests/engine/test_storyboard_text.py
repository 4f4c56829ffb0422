"""How many tiles a storyboard has, and the text that names them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from vidmill_worker.engine.storyboard import MAX_TILES, sampling
from vidmill_worker.packaging import storyboard_vtt
from vidmill_worker.packaging.storyboard_vtt import Cue


@pytest.mark.parametrize("seconds", [0.04, 1, 2, 9, 20, 21, 59, 600, 1441, 7200, 86_400, 200_000])
@pytest.mark.parametrize("gop", [0.5, 2, 10])
def test_tiles_are_enough_and_not_too_many(seconds: float, gop: float) -> None:
    how = sampling(Fraction(seconds), Fraction(gop))
    tiles = Fraction(seconds) / how.interval
    assert tiles <= MAX_TILES
    if seconds >= 1:
        assert tiles >= 4
    # Decoding every picture is for short videos, and key pictures are never asked for in between.
    assert how.keys_only or seconds < 10 * gop
    assert not how.keys_only or how.interval >= Fraction(gop)


SPRITES = {"a.jpg": (320, 90)}
GOOD = [Cue(0, 500, "a.jpg", 0, 0, 160, 90), Cue(500, 90_061_000, "a.jpg", 160, 0, 160, 90)]


def test_the_storyboards_text() -> None:
    text = storyboard_vtt.text(GOOD)
    assert text == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:00.500\na.jpg#xywh=0,0,160,90\n\n"
        "00:00:00.500 --> 25:01:01.000\na.jpg#xywh=160,0,160,90\n"
    )
    assert storyboard_vtt.parse(text) == GOOD
    assert storyboard_vtt.violations(text, SPRITES, 90_061_000) == []


@pytest.mark.parametrize(
    ("cues", "what"),
    [
        ([], "no cues"),
        (GOOD[1:], "does not begin at 0"),
        (GOOD[:1], "last cue ends at 500 ms"),
        ([Cue(0, 499, "a.jpg", 0, 0, 160, 90), GOOD[1]], "the next begins at 500"),
        ([Cue(0, 501, "a.jpg", 0, 0, 160, 90), GOOD[1]], "the next begins at 500"),
        ([Cue(0, 0, "a.jpg", 0, 0, 160, 90), *GOOD[1:]], "no length"),
        ([GOOD[0], Cue(500, 90_061_000, "a.jpg", 161, 0, 160, 90)], "not in a.jpg"),
        ([GOOD[0], Cue(500, 90_061_000, "b.jpg", 0, 0, 160, 90)], "not in b.jpg"),
        ([GOOD[0], Cue(500, 90_061_000, "a.jpg", 0, 0, 160, 90)], "named twice"),
    ],
)
def test_a_storyboard_that_breaks_a_rule_is_found(cues: list[Cue], what: str) -> None:
    broken = storyboard_vtt.violations(storyboard_vtt.text(cues), SPRITES, 90_061_000)
    assert any(what in rule for rule in broken), broken


def test_a_sprite_that_nobody_names_and_other_text_are_found() -> None:
    text = storyboard_vtt.text(GOOD)
    sprites = SPRITES | {"c.jpg": (160, 90)}
    assert storyboard_vtt.violations(text, sprites, 90_061_000) == ["no cue names c.jpg"]
    for other in ("", "WEBVTT - x\n\n" + text, text.replace(",", "."), text.replace("-->", "->")):
        assert len(storyboard_vtt.violations(other, SPRITES, 90_061_000)) == 1
