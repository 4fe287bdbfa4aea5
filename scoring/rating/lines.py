"""The lines of an explanation: one for every event decided by as_of.

Rating settles what becomes of every event; a ``Line`` is made of that only when somebody asks for it, since most
answers are written down whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, overload

from scoring.rating.history import Event

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from scoring.rating.result import Cut, Factor, Restored, Standing

    Named: TypeAlias = tuple[str, str]
    """(source, ref) of an event."""

_REMEMBERED: Final = 20_000


@dataclass(frozen=True, slots=True)
class Treatment:
    """What became of an event: all that its line says but which event it is, what outweighed it and until when.

    Events of which a rule made the same share one. ``raw`` is None where the event is not rated; ``edition`` and
    ``clause`` are those that read the event. ``texts`` is the encoder's: what it wrote of this, once it has.
    """

    code: str
    edition: str | None
    clause: str | None
    dimension: str | None
    standing: Standing
    raw: int | None = None
    counted: int = 0
    factors: tuple[Factor, ...] = ()
    restored: Restored | None = None
    cuts: tuple[Cut, ...] = ()
    texts: list[bytes] = field(default_factory=list, init=False, repr=False, compare=False)

    def become(self, standing: Standing, counted: int = 0, cuts: tuple[Cut, ...] = ()) -> Treatment:
        """The same event otherwise treated."""
        read_by = self.code, self.edition, self.clause, self.dimension
        return treated(*read_by, standing, self.raw, counted, self.factors, self.restored, cuts)


class _Unread(dict["tuple[str, Standing]", Treatment]):
    """By (code, standing): of an event that no rule reads; bounded, so that no evidence can fill the memory."""

    __slots__ = ()

    def __missing__(self, key: tuple[str, Standing]) -> Treatment:
        """Make one not asked for before."""
        if len(self) >= _REMEMBERED:
            self.clear()
        code, standing = key
        found = self[key] = Treatment(code, None, None, None, standing)
        return found


UNREAD: Final = _Unread()
treated = lru_cache(maxsize=_REMEMBERED)(Treatment)
"""A treatment met before, or a new one: for those that no rule remembers."""


class Line(NamedTuple):
    """One event decided by as_of: its standing, what it was worth and what of that counts.

    ``by``: the event that absorbed this one, or outweighed it in its group. ``valid_until`` is None where the event is
    not rated, or its end is open or not known in advance.
    """

    source: str
    ref: str
    decided_on: date
    treatment: Treatment
    by: Named | None
    valid_until: date | None

    @property
    def code(self) -> str:
        """The code that the event carries."""
        return self.treatment.code

    @property
    def edition(self) -> str | None:
        """The edition that read the event."""
        return self.treatment.edition

    @property
    def clause(self) -> str | None:
        """The clause that read the event."""
        return self.treatment.clause

    @property
    def dimension(self) -> str | None:
        """The dimension in which it counts, as the edition in force names it."""
        return self.treatment.dimension

    @property
    def standing(self) -> Standing:
        """Whether it counts, or why not."""
        return self.treatment.standing

    @property
    def raw(self) -> int | None:
        """What it is worth, in hundredths; None where it is not rated."""
        return self.treatment.raw

    @property
    def counted(self) -> int:
        """What of that counts, in hundredths."""
        return self.treatment.counted

    @property
    def factors(self) -> tuple[Factor, ...]:
        """What multiplied its points."""
        return self.treatment.factors

    @property
    def restored(self) -> Restored | None:
        """What was given back."""
        return self.treatment.restored

    @property
    def cuts(self) -> tuple[Cut, ...]:
        """The caps that cut it, in order."""
        return self.treatment.cuts


class Lines(Sequence[Line]):
    """A line for each event, in order; equal to any sequence of equal lines.

    For each event its treatment and the end of its span, and by the event's place what outweighed it.
    """

    __slots__ = "by", "ends", "events", "treatments"

    def __init__(
        self, events: Sequence[Event], treatments: list[Treatment], ends: list[date | None], by: dict[int, Named]
    ) -> None:
        self.events = events
        self.treatments = treatments
        self.ends = ends
        self.by = by

    def __len__(self) -> int:
        return len(self.events)

    @overload
    def __getitem__(self, place: int) -> Line: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Line]: ...
    def __getitem__(self, place: int | slice) -> Line | Sequence[Line]:
        return tuple(self)[place]

    def __iter__(self) -> Iterator[Line]:
        for place, (event, treatment, end) in enumerate(zip(self.events, self.treatments, self.ends, strict=True)):
            yield Line(event.source, event.ref, event.decided_on, treatment, self.by.get(place), end)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


def gathered(lines: Sequence[Line]) -> Lines:
    """The same lines as ``Lines``; of their events, what a line does not say is left out."""
    if isinstance(lines, Lines):
        return lines
    return Lines(
        [Event(line.source, line.ref, line.code, line.decided_on) for line in lines],
        [line.treatment for line in lines],
        [line.valid_until for line in lines],
        {place: line.by for place, line in enumerate(lines) if line.by is not None},
    )
