"""What an assignment reads and gives."""

from __future__ import annotations

from typing import NamedTuple


class Seat(NamedTuple):
    """What a place in a team asks of who takes it.

    ``authority`` "" is any; ``skills``: all of them are needed, a leader is a skill.
    """

    authority: str
    skills: tuple[str, ...]


class Visit(NamedTuple):
    """A drawn entity to be visited: its seats in the order of the part, whom it must and whom it should avoid.

    ``recused``: never in the team. ``last``: the team of its last visit, which comes again only if nobody else can.
    """

    code: str
    seats: tuple[Seat, ...]
    recused: tuple[str, ...] = ()
    last: tuple[str, ...] = ()


class Window(NamedTuple):
    """The first and the last day of the visits, ``YYYY-MM-DD``; a certificate must cover both and all between."""

    first: str
    last: str


class Closed(NamedTuple):
    """The constraint in the way of the empty seats: X and N of §7.5, both empty where no seat is.

    ``seats``: (code, index of the seat), ascending; ``inspectors``: ids, ascending.
    """

    seats: tuple[tuple[str, int], ...] = ()
    inspectors: tuple[str, ...] = ()


class Assigned(NamedTuple):
    """The teams of all visits.

    ``teams``: (code, ids in the order of the seats, "" for an empty seat), by code. ``short``: the empty seats as
    (code, index from 0), ascending. ``closed`` says why they stay empty.
    """

    teams: tuple[tuple[str, tuple[str, ...]], ...]
    short: tuple[tuple[str, int], ...]
    closed: Closed
