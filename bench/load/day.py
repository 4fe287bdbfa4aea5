"""What happens on a day of a province, from published figures.

The corps that enforces culture law in Beijing made 23,351 checks in 2021, 4,359 of them by double-random draws, and
closed 1,368 cases, 450 with a penalty, over some 50,000 entities (its own report). Zhejiang rated the public credit of
2.303 million firms in 2018. A province is taken as one city's work for as many entities as that. How often anybody asks
was never published: twenty questions for each record is our assumption, and so are files and portal.
"""

from __future__ import annotations

from typing import Final, NamedTuple

ENTITIES: Final = 2_303_000
_OF_CITY: Final = 50_000
_CHECKS, _DRAWN, _CASES, _PENALTIES = 23_351, 4_359, 1_368, 450
_WORKING_DAYS: Final = 250
MINUTES: Final = 10
"""Into which the day's eight hours are pressed."""
QUESTIONS: Final = 20
"""Questions for each record."""


class Deed(NamedTuple):
    """Something that callers do: its name, which of their acts, how often a day, how many do it side by side."""

    name: str
    act: str
    a_day: float
    callers: int

    @property
    def a_second(self) -> float:
        """How often in a second of the pressed day."""
        return self.a_day / (MINUTES * 60)


def _of_province(a_year: float) -> float:
    return a_year / _OF_CITY * ENTITIES / _WORKING_DAYS


_RECORDS: Final = _of_province(_CHECKS + _CASES)
DEEDS: Final = (
    Deed("record an event", "event", _RECORDS, 2),
    Deed("record a batch of 50", "batch", _RECORDS / 50, 1),
    Deed("annul one", "annulment", _of_province(_CASES - _PENALTIES) / 10, 1),
    Deed("hand in a file of 2,000", "file", 24, 1),
    Deed("ask for a tier", "tier", _RECORDS * QUESTIONS, 6),
    Deed("ask for 100 tiers", "tiers", _RECORDS / 10, 1),
    Deed("look at the portal", "portal", _RECORDS, 1),
    Deed("ask for draws and repairs", "lists", _of_province(_DRAWN + _PENALTIES), 1),
)
