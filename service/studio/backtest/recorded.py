"""The past by the recorded clock: evidence and register as they were known at each origin, read from the database.

What is only added (events, occasions) is one row with the position at which it was sealed. What changes rows that are
there (acts, versions of an entity) divides the origins of an entity into *epochs*: for each there is a row of its own,
as it was known at the last origin of the epoch, by the one function by which ratings are read.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from scoring.rating.columnar import in_order
from service import evidence, ratings, register
from service.studio.backtest.past import Layer
from service.studio.stock.layout import FORMAT, MANIFEST
from service.studio.stock.opening import open_stock
from service.studio.stock.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from scoring.rating.history import History
    from service.register import HeldKind
    from service.studio.backtest.past import Origin
    from service.studio.stock import Holding, Stock

AT_ONCE: Final = 500


class _Clocks(NamedTuple):
    """Of the rows written so far of a layer, when they became known."""

    events: list[int]
    occasions: list[int]
    since: list[int]
    until: list[int]


class Recorded:
    """Written once into a folder that is gone again; its files stay mapped."""

    def __init__(self, stock: Stock, clocks: Mapping[tuple[str, bool], _Clocks]) -> None:
        self.kinds = stock.kinds
        joined = {(kind, True) for kind, with_branches in clocks if with_branches}
        self._layers = {
            (kind, with_branches): _layer(
                stock.of(kind, with_branches=with_branches), clocks[kind, with_branches and (kind, True) in joined]
            )
            for kind in stock.kinds
            for with_branches in (False, True)
        }

    def of(self, kind: str, *, with_branches: bool = False) -> Layer:
        """The layer of a kind; its clocks are positions."""
        return self._layers[kind, with_branches]


def _layer(holding: Holding, clocks: _Clocks) -> Layer:
    events, occasions, since, until = (np.array(column, np.int64) for column in clocks)
    return Layer(holding, events, occasions, since, until)


def recorded_past(session: Session, origins: Sequence[Origin]) -> Recorded:
    """Everybody as known at each of some origins, whose clocks are sealed positions, ascending."""
    positions = [origin.clock for origin in origins]
    held = list(register.kinds_held(session, position=positions[-1]))
    branches = register.branches(session, sorted({one.id for one in held}))
    reading = _Reading(session, origins, branches, _epochs(session, positions, branches))
    clocks: dict[tuple[str, bool], _Clocks] = {}
    with TemporaryDirectory(prefix="xinjian-past-") as place:
        folder, kinds = Path(place), {}
        for number, (kind, rows) in enumerate(groupby(held, key=lambda one: one.kind)):
            some = list(rows)
            layers = {"own": Writing(folder, f"{number:03}-own")}
            if some[0].parents:
                layers["joined"] = Writing(folder, f"{number:03}-joined")
            for name in layers:
                clocks[kind, name == "joined"] = _Clocks([], [], [], [])
            for batch in _batches(reading, kind, some):
                for name, writing in layers.items():
                    _add(writing, clocks[kind, name == "joined"], batch, joined=name == "joined")
            kinds[kind] = {
                "own": layers["own"].finish(),
                "joined": layers["joined"].finish() if len(layers) > 1 else None,
            }
        said = {"format": FORMAT, "position": positions[-1], "day": origins[-1].day.isoformat(), "kinds": kinds}
        (folder / MANIFEST).write_text(json.dumps(said), encoding="utf-8")
        return Recorded(open_stock(folder), clocks)


class _Reading(NamedTuple):
    """``branches``: by parent; ``ends``: as ``_epochs`` gives them."""

    session: Session
    origins: Sequence[Origin]
    branches: Mapping[int, Sequence[int]]
    ends: Mapping[int, Sequence[int]]


class _Batch(NamedTuple):
    found: list[ratings.Assembled]
    known: evidence.Clocked
    since: list[int]
    until: int


def _epochs(session: Session, positions: Sequence[int], branches: Mapping[int, Sequence[int]]) -> dict[int, list[int]]:
    """Of each entity that changed between origins the places of the last origins of its epochs but the very last."""
    parents = defaultdict(list)
    for parent, below in branches.items():
        for branch in below:
            parents[branch].append(parent)
    span = {"after": positions[0], "upto": positions[-1]}
    ends: dict[int, set[int]] = defaultdict(set)
    for entity, seq in (*evidence.acted_upon(session, **span), *register.versions_between(session, **span)):
        for each in (entity, *parents[entity]):
            ends[each].add(bisect_left(positions, seq) - 1)
    return {entity: sorted(places) for entity, places in ends.items()}


def _batches(reading: _Reading, kind: str, held: Sequence[HeldKind]) -> Iterator[_Batch]:
    """The entities of a kind, epoch by epoch: those that end at the same origin together."""
    session, origins, branches, ends = reading
    last = len(origins) - 1
    by_end: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for one in held:
        begun = 0
        for end in (*ends.get(one.id, ()), last):
            by_end[end].append((one.id, begun))
            begun = end + 1
    for end, members in sorted(by_end.items()):
        origin = origins[end]
        for first in range(0, len(members), AT_ONCE):
            begun_at = dict(members[first : first + AT_ONCE])
            ids = list(begun_at)
            found = ratings.histories_in(session, ids, kind, as_of=origin.day, position=origin.clock)
            everyone = {*ids, *(branch for each in ids for branch in branches.get(each, ()))}
            known = evidence.clocked(session, everyone, position=origin.clock)
            yield _Batch(found, known, [origins[begun_at[one.facts.id]].clock for one in found], origin.clock)


def _add(writing: Writing, clocks: _Clocks, batch: _Batch, *, joined: bool) -> None:
    histories: list[History] = [one.joined if joined else one.own for one in batch.found]
    if not histories:
        return
    writing.add([one.facts for one in batch.found], histories)
    for history in histories:
        clocks.events.extend(_event_clock(batch.known, event.source, event.ref) for event in in_order(history))
        clocks.occasions.extend(batch.known.occasions[one.ref.partition("@")[0]] for one in history.occasions)
    clocks.since.extend(batch.since)
    clocks.until.extend([batch.until] * len(histories))


def _event_clock(known: evidence.Clocked, source: str, ref: str) -> int:
    """When an event was sealed; that of a branch is called by its reference and, behind an @, the branch's key."""
    while ref and (source, ref) not in known.events:
        ref = ref.rpartition("@")[0]
    return known.events[source, ref]
