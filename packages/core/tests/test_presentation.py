"""How jobs are shown: what needs no server."""

from __future__ import annotations

import pytest

from vidmill.presentation import poster_of


@pytest.mark.parametrize(
    ("percents", "poster"),
    [((), None), ((50,), 50), ((0, 25, 50, 75, 100), 25), ((100, 0), 100), ((25, 100), 100)],
)
def test_the_second_still_in_time_stands_for_a_video(
    percents: tuple[int, ...], poster: int | None
) -> None:
    names = [f"thumbnails/thumb_{percent:02d}.jpg" for percent in percents]
    expected = None if poster is None else f"thumbnails/thumb_{poster:02d}.jpg"
    assert poster_of(names) == poster_of(reversed(names)) == expected
