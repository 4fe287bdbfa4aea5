"""Assignment the slow way: §7 word for word over lists of names, and the greatest flow to know what is possible.

No sets of bits, no numbers for seats, nothing kept between two questions.
"""

from __future__ import annotations

from collections import deque
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from scoring.sampling.assignment import Visit, Window
    from scoring.sampling.rows import RosterRow

Place = tuple[str, int]


def ticket(key: bytes, label: str, x: bytes) -> bytes:
    return sha256(key + label.encode() + bytes(32 - len(label)) + x).digest()


class Staffing:
    """§7, read from top to bottom."""

    def __init__(self, visits: list[Visit], roster: list[RosterRow], ka: bytes, window: Window) -> None:
        self.ka, self.window = ka, window
        self.roster = sorted(roster, key=lambda row: (self.deck(0, row.id), row.id))
        self.visits = {
            one.code: one
            for one in sorted(
                visits,
                key=lambda v: (
                    min(sum(self.fresh(row, v, q) for row in roster) for q in range(len(v.seats))),
                    ticket(ka, "visit", v.code.encode()),
                    v.code,
                ),
            )
        }
        self.places: list[Place] = [(v.code, q) for v in self.visits.values() for q in range(len(v.seats))]
        self.teams: dict[Place, RosterRow] = {}

    def deck(self, level: int, name: str) -> bytes:
        return ticket(self.ka, "deck", level.to_bytes(4, "big") + name.encode())

    def fit(self, row: RosterRow, visit: Visit, q: int) -> bool:
        seat = visit.seats[q]
        return (
            (not seat.authority or seat.authority == row.authority)
            and all(skill in row.skills for skill in seat.skills)
            and row.valid_from <= self.window.first
            and self.window.last <= row.valid_to
            and row.id not in visit.recused
        )

    def fresh(self, row: RosterRow, visit: Visit, q: int) -> bool:
        return self.fit(row, visit, q) and row.id not in visit.last

    def n(self, row: RosterRow) -> int:
        return sum(holder.id == row.id for holder in self.teams.values())

    def team(self, code: str) -> list[str]:
        return [self.teams[place].id for place in self.places if place[0] == code and place in self.teams]

    def run(self) -> Staffing:
        self.deal()
        self.fill(self.fresh)
        self.seats_closed, self.names_closed = self.fill(self.fit)
        self.level()
        return self

    def deal(self) -> None:
        for code, q in self.places:
            team = self.team(code)

            def key(row: RosterRow, team: list[str] = team) -> tuple[int, int, bytes]:
                shared = sum(
                    row.id in self.team(other) and one in self.team(other) for other in self.visits for one in team
                )
                busy = row.load + self.n(row)
                return busy, shared, self.deck(busy, row.id)

            able = [row for row in self.roster if self.fresh(row, self.visits[code], q)]
            able = [row for row in able if row.id not in team and self.n(row) < row.cap]
            if able:
                self.teams[code, q] = min(able, key=key)

    def search(
        self,
        starts: list[Place],
        able: Callable[[RosterRow, Visit, int], bool],
        ends: Callable[[RosterRow], bool],
        closed: set[Place],
        names: set[str],
    ) -> tuple[list[tuple[Place, RosterRow]], set[Place], set[str]]:
        """The moves of a path (none where there is none), and the seats and names seen."""
        came: dict[Place, Place | None] = dict.fromkeys(starts)
        queue = deque(starts)
        seen: set[str] = set()
        while queue:
            code, q = place = queue.popleft()
            where = self.visits[code]
            for r in range(len(where.seats)):
                other = (code, r)
                if other in came or other in closed or other not in self.teams:
                    continue
                if able(self.teams[other], where, q):
                    came[other] = place
                    queue.append(other)
            for row in self.roster:
                if row.id in seen or row.id in names or row.id in self.team(code) or not able(row, where, q):
                    continue
                if ends(row):
                    return self.moves(came, place, row), set(came), seen
                seen.add(row.id)
                fresh = [other for other in self.places if self.holds(row, other) and other not in {*came, *closed}]
                came.update(dict.fromkeys(fresh, place))
                queue.extend(fresh)
        return [], set(came), seen

    def holds(self, row: RosterRow, place: Place) -> bool:
        return place in self.teams and self.teams[place].id == row.id

    def moves(self, came: dict[Place, Place | None], end: Place, row: RosterRow) -> list[tuple[Place, RosterRow]]:
        moves: list[tuple[Place, RosterRow]] = []
        at: Place | None = end
        taker = row
        while at is not None:
            moves.append((at, taker))
            taker = self.teams.get(at, row)
            at = came[at]
        return moves

    def fill(self, able: Callable[[RosterRow, Visit, int], bool]) -> tuple[set[Place], set[str]]:
        closed: set[Place] = set()
        names: set[str] = set()
        for place in self.places:
            if place in self.teams:
                continue
            moves, seats, seen = self.search([place], able, lambda row: self.n(row) < row.cap, closed, names)
            self.teams.update(moves)
            if not moves:
                closed |= seats
                names |= seen
        return closed, names

    def level(self) -> None:
        closed: set[str] = set()
        while True:
            sitting = [row for row in self.roster if row.id not in closed and self.n(row)]
            if not sitting:
                return
            busiest = max(sitting, key=lambda row: row.load + self.n(row))
            most = busiest.load + self.n(busiest) - 2

            def fewer(row: RosterRow, most: int = most) -> bool:
                return self.n(row) < row.cap and row.load + self.n(row) <= most

            if not any(fewer(row) for row in self.roster if row.id not in closed):
                return
            starts = [place for place in self.places if place in self.teams and self.teams[place].id == busiest.id]
            # Closed seats play no part here: the page closes only inspectors.
            moves, _, seen = self.search(starts, self.fresh, fewer, set(), closed | {busiest.id})
            self.teams.update(moves)
            if not moves:
                closed |= seen | {busiest.id}

    def told(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        def name(place: Place) -> str:
            return self.teams[place].id if place in self.teams else ""

        return tuple(
            (code, tuple(name((code, q)) for q in range(len(self.visits[code].seats)))) for code in sorted(self.visits)
        )


def most_filled(visits: list[Visit], roster: list[RosterRow], window: Window) -> int:
    """How many seats any assignment can fill: unit paths in the network inspector → inspector at visit → seat."""
    law = Staffing(visits, roster, bytes(32), window)
    room: dict[object, dict[object, int]] = {}

    def edge(tail: object, head: object, capacity: int) -> None:
        room.setdefault(tail, {})[head] = capacity
        room.setdefault(head, {}).setdefault(tail, 0)

    for row in roster:
        edge("source", row.id, row.cap)
        for one in visits:
            edge(row.id, (row.id, one.code), 1)
            for q in range(len(one.seats)):
                if law.fit(row, one, q):
                    edge((row.id, one.code), (one.code, q, "seat"), 1)
                    edge((one.code, q, "seat"), "sink", 1)
    flow = 0
    while _augment(room, "source", {"source"}):
        flow += 1
    return flow


def _augment(room: dict[object, dict[object, int]], at: object, seen: set[object]) -> bool:
    if at == "sink":
        return True
    for to, left in list(room.get(at, {}).items()):
        if left and to not in seen:
            seen.add(to)
            if _augment(room, to, seen):
                room[at][to] -= 1
                room[to][at] += 1
                return True
    return False
