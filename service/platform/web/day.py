"""Days and instants in questions and bodies, of the years that are kept; a day is written as YYYY-MM-DD alone."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from marshmallow import fields

from service.platform.web.validation import FieldFault

FIRST_YEAR, LAST_YEAR = 1000, 2999
"""Of the days that are kept: four digits sort as text, and periods counted from either end stay within a calendar."""

_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Day(fields.Date):
    """A calendar day; ISO 8601 has other forms of it (20260101, 2026-W01-4), of which none is taken."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> date:  # noqa: ANN401 - as its base
        if isinstance(value, str) and _FORM.fullmatch(value) is None:
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        day: date = super()._deserialize(value, attr, data, **options)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise FieldFault("day_out_of_years", value=value, first=FIRST_YEAR, last=LAST_YEAR)
        return day


class Instant(fields.AwareDateTime):
    """An instant that is stored, with its offset from UTC; beyond the calendar the database gives back none."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - marshmallow's own options
        super().__init__(format="iso", **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> datetime:  # noqa: ANN401 - as its base
        instant: datetime = super()._deserialize(value, attr, data, **options)
        try:
            year = instant.astimezone(UTC).year
        except OverflowError:
            year = 0
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise FieldFault("day_out_of_years", value=value, first=FIRST_YEAR, last=LAST_YEAR)
        return instant
