"""Many entities made part by part into arrays made for all: making them takes little more memory than they do."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np

from bench.stock.full import OCCASIONS_EACH, full_stock
from scoring.rating.columnar import Coded, Columns, Events, Licences, Occasions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from scoring.rating.columnar.arrays import Rows

AT_ONCE = 50_000
SPARE = 1_000


class Room:
    """Arrays of the same length that are filled from the front; pages that are never filled take no memory."""

    def __init__(self, expected: int) -> None:
        self.size = expected + expected // 50 + SPARE
        self.used = 0
        self.columns: dict[str, NDArray[np.generic]] = {}

    def put(self, piece: Mapping[str, NDArray[np.generic]]) -> None:
        """Adds one piece to every column."""
        length = len(next(iter(piece.values())))
        for name, values in piece.items():
            if name not in self.columns:
                self.columns[name] = np.empty(self.size, values.dtype)
            self.columns[name][self.used : self.used + length] = values
        self.used += length

    def filled(self) -> dict[str, NDArray[np.generic]]:
        """The columns as far as they are filled."""
        return {name: column[: self.used] for name, column in self.columns.items()}


def full_stock_in_parts(entities: int, events_each: int = 20) -> Columns:
    """Entities of the full edition; every part is made from a seed of its own."""
    like = full_stock(1)
    rooms = {
        "events": Room(entities * events_each),
        "events' attributes": Room(entities * events_each),
        "occasions": Room(entities * OCCASIONS_EACH),
        "licences": Room(entities),
        "entities": Room(entities),
        "attributes": Room(entities),
    }
    for number, first in enumerate(range(0, entities, AT_ONCE)):
        part = full_stock(min(AT_ONCE, entities - first), events_each, seed=number)
        rooms["events"].put(arrays(part.events))
        rooms["events' attributes"].put({name: each.index for name, each in part.events.attributes.items()})
        rooms["attributes"].put({name: each.index for name, each in part.attributes.items()})
        rooms["occasions"].put(arrays(part.occasions))
        rooms["licences"].put(arrays(part.licences))
        rooms["entities"].put(by_entity(part))
    return put_together(like, {name: room.filled() for name, room in rooms.items()})


def arrays(table: Events | Occasions | Licences | None) -> dict[str, NDArray[np.generic]]:
    """The columns of a table but for its offsets."""
    assert table is not None
    named = {each.name: getattr(table, each.name) for each in fields(table)}
    return {name: column for name, column in named.items() if isinstance(column, np.ndarray) and name != "offsets"}


def by_entity(part: Columns) -> dict[str, NDArray[np.generic]]:
    """What there is once for each entity of a part, with the numbers of its rows."""
    assert part.occasions is not None
    return {
        "known_since": np.asarray(part.known_since),
        "events": np.diff(part.offsets),
        "occasions": np.diff(part.occasions.offsets),
    }


def put_together(like: Columns, tables: Mapping[str, dict[str, NDArray[np.generic]]]) -> Columns:
    """The columns of all parts."""
    own = {name: Coded(like.events.attributes[name].texts, each) for name, each in tables["events' attributes"].items()}
    entities = tables["entities"]
    return replace(
        like,
        offsets=offsets(entities["events"]),
        known_since=entities["known_since"],
        events=Events(**tables["events"], attributes=own),
        occasions=Occasions(offsets=offsets(entities["occasions"]), **tables["occasions"]),
        licences=Licences(offsets=np.arange(len(entities["events"]) + 1), **tables["licences"]),
        attributes={name: Coded(like.attributes[name].texts, each) for name, each in tables["attributes"].items()},
    )


def offsets(sizes: NDArray[np.generic]) -> Rows:
    """Where each entity's rows begin, and where the last ones end."""
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
