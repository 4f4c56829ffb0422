"""Python's cyclic garbage collector, in services that answer requests."""

from __future__ import annotations

import gc

#: New objects between two looks at the youngest, where Python has 700 (2,000 from 3.12 on): a
#: request makes thousands, and nearly all of them are gone before anybody looks.
YOUNG_OBJECTS = 20_000


def settle() -> None:
    """To be called once a service has started: what it holds by then, it holds until it ends, so
    it is not looked through again. With a hundred and fifty thousand such objects, each full
    collection held up every request for a tenth of a second (`gc.freeze`, Python's manual)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
