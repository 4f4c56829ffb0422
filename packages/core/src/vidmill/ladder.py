"""Which renditions a source gets: rungs named by the short side, never larger than the source."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from vidmill.presets import Preset, Rung

SOURCE_GAP = Fraction(11, 10)
"""A rung of the source's own size is added only if it is more than 10 % above the next one below:
closer ones look the same and cost an encode."""


@dataclass(frozen=True, slots=True)
class Rendition:
    """A rung fitted to a source: even pixel sizes of square pixels, rotation applied."""

    rung: Rung
    width: int
    height: int

    @property
    def name(self) -> str:
        return self.rung.name


def select(preset: Preset, width: int, height: int) -> tuple[Rendition, ...]:
    """Fit the preset's ladder to a source shown at width x height pixels, largest first.

    Every rung up to the source's short side is kept. A source between two rungs gets a rung of its
    own size on top (768x432: 432p and 360p), as viewers expect to see what they uploaded, unless a
    rung is within 10 % below it; a source above the ladder does not, as the ladder's top is a
    choice. A source below the ladder gets one rung of its own size. A preset of sound has none.
    """
    if not preset.video.rungs:
        return ()
    short = min(width, height)
    rungs = [rung for rung in preset.video.rungs if rung.short_side <= short]
    above = [rung for rung in preset.video.rungs if rung.short_side > short]
    if above and (not rungs or short > rungs[-1].short_side * SOURCE_GAP):
        rungs.append(_between(above[0], _even_down(short)))
    return tuple(_fit(rung, width, height) for rung in reversed(rungs))


def _between(upper: Rung, short_side: int) -> Rung:
    """The rung above, shrunk: bit rate falls with the number of pixels to the power 0.75, the rule
    of thumb by which encoders' rates grow with picture size."""
    ratio = (short_side / upper.short_side) ** (2 * 0.75)
    rate = max(1000, round(upper.max_bitrate_bps * ratio, -3))
    average = upper.bitrate_bps
    return upper.model_copy(
        update={
            "short_side": short_side,
            "bitrate_bps": None if average is None else max(1, round(average * ratio)),
            "max_bitrate_bps": rate,
            "buffer_bits": 2 * rate,
        }
    )


def _fit(rung: Rung, width: int, height: int) -> Rendition:
    short, long = sorted((width, height))
    if rung.short_side >= _even_down(short):
        short_side, long_side = _even_down(short), _even_down(long)
    else:
        # 4:2:0 needs even sizes. Nearest, so that the shape changes least; setsar=1 hides the rest.
        short_side = _even_down(rung.short_side)
        long_side = 2 * round(Fraction(long * rung.short_side, 2 * short))
    portrait = height > width
    return Rendition(
        rung,
        width=short_side if portrait else long_side,
        height=long_side if portrait else short_side,
    )


def _even_down(pixels: int) -> int:
    return max(2, pixels - pixels % 2)
