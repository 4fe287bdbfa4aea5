"""The one place that reads the time of day."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the instant. Everything else is told what time it is."""

    def now(self) -> datetime:
        """The current instant, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current instant, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved: for tests, the demo and questions about another day."""

    def __init__(self, instant: datetime) -> None:
        if instant.tzinfo is None:
            raise ValueError("a clock needs an instant with its time zone")
        self._instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        """The instant at which the clock stands, in UTC."""
        return self._instant

    def advance(self, step: timedelta) -> None:
        """Move the clock by `step`."""
        self._instant += step


def local_day(instant: datetime, time_zone: str) -> date:
    """The calendar day of `instant` in `time_zone` (an IANA name): an authority's "today" (semantics §1)."""
    return instant.astimezone(ZoneInfo(time_zone)).date()
