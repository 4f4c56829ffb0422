"""Points in time and days as clients send them."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _check(value: object) -> object:
    """Pydantic alone would take numbers for seconds since 1970, which nobody documents here."""
    if not isinstance(value, str) or _RFC3339.fullmatch(value) is None:
        raise ValueError("send a date and time with an offset, such as 2026-05-01T12:00:00Z")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_check)]
"""As RFC 3339, section 5.6, has it: `date-time` in the OpenAPI document."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _check_day(value: object) -> object:
    if not isinstance(value, str | date) or (
        isinstance(value, str) and _DAY.fullmatch(value) is None
    ):
        raise ValueError("send a date, such as 2026-05-01")
    return value


Day = Annotated[date, BeforeValidator(_check_day)]
"""As RFC 3339 has it: `full-date`."""
