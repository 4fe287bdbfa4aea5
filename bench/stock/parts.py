"""Many entities made part by part, so that making them takes little more memory than they do."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from bench.stock.full import full_stock
from scoring.rating.columnar import Coded, Columns, Events, Licences, Occasions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pieces: TypeAlias = dict[str, list[NDArray[np.generic]]]

AT_ONCE = 50_000
OFFSETS = "offsets"


def full_stock_in_parts(entities: int, events_each: int = 20) -> Columns:
    """Entities of the full edition; every part is made from a seed of its own."""
    pieces: dict[str, Pieces] = defaultdict(lambda: defaultdict(list))
    like = full_stock(1)
    for number, first in enumerate(range(0, entities, AT_ONCE)):
        part = full_stock(min(AT_ONCE, entities - first), events_each, seed=number)
        take_apart(part, pieces)
    return put_together(like, pieces)


def take_apart(part: Columns, pieces: dict[str, Pieces]) -> None:
    """Adds the arrays of a part to those of the parts before."""
    for table in ("events", "occasions", "licences"):
        for each in fields(getattr(part, table)):
            column = getattr(getattr(part, table), each.name)
            if isinstance(column, np.ndarray):
                pieces[table][each.name].append(column)
    for name, coded in part.events.attributes.items():
        pieces["event attributes"][name].append(coded.index)
    for name, coded in part.attributes.items():
        pieces["attributes"][name].append(coded.index)
    pieces["entities"]["known_since"].append(np.asarray(part.known_since))
    pieces["entities"][OFFSETS].append(part.offsets)


def put_together(like: Columns, pieces: dict[str, Pieces]) -> Columns:
    """The columns of all parts; a piece is let go as soon as its column stands."""
    tables = {name: {each: joined(each, columns) for each in list(columns)} for name, columns in pieces.items()}
    own = {name: Coded(like.events.attributes[name].texts, index) for name, index in tables["event attributes"].items()}
    general = {name: Coded(like.attributes[name].texts, index) for name, index in tables["attributes"].items()}
    return replace(
        like,
        offsets=tables["entities"][OFFSETS],
        known_since=tables["entities"]["known_since"],
        events=Events(**tables["events"], attributes=own),
        occasions=Occasions(**tables["occasions"]),
        licences=Licences(**tables["licences"]),
        attributes=general,
    )


def joined(name: str, columns: Pieces) -> NDArray[np.generic]:
    """One column of all parts; offsets go on where those of the part before end."""
    parts = columns.pop(name)
    if name != OFFSETS:
        return np.concatenate(parts)
    ends = np.cumsum([0, *(each[-1] for each in parts)])
    return np.concatenate([[0], *(each[1:] + end for each, end in zip(parts, ends, strict=False))])
