"""The entities of a kind as both laws have them: who they are, and where they stand under each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from scoring.rating.columnar import Coded
from service.studio.dry_run.reach import Reach
from service.studio.dry_run.remembering import remembered
from service.studio.dry_run.standing import keys_of, standings_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from scoring.rating.columnar.arrays import Rows
    from service.studio.dry_run.standing import Law, Standing
    from service.studio.stock import Holding, Stock

Known = TypeVar("Known")


class Question(NamedTuple):
    """Two laws over a stock on a day. ``within``: how near a bound is told, in hundredths."""

    stock: Stock
    day: date
    before: Law
    after: Law
    within: int
    reach: Reach = Reach()


class Sides(NamedTuple):
    """Entities of one kind, in the order of the stock, and where they stand before and after."""

    ids: Rows
    region: Coded
    authority: Coded
    attributes: Mapping[str, Coded]
    before: Standing
    after: Standing


def sides_of(asked: Question) -> dict[str, Sides]:
    """Every kind of which somebody within reach holds one. Where both laws are one law, it is asked once."""
    before = remembered(asked.stock, asked.before, asked.day)
    after = _anew(asked, asked.stock.kinds, asked.after, asked.before, before)
    found = {kind: _sides(asked, kind, before[kind], after[kind]) for kind in asked.stock.kinds}
    return {kind: sides for kind, sides in found.items() if len(sides.ids)}


def under(asked: Question, law: Law, known: Mapping[str, Standing]) -> dict[str, Standing]:
    """By kind the standing of those within reach under another law than the two; ``known``: under the one after."""
    whole = _anew(asked, tuple(known), law, asked.after, dict.fromkeys(known))
    found = {}
    for kind, standing in whole.items():
        who = _reached(asked.stock.of(kind), asked.reach)
        found[kind] = known[kind] if standing is None else standing if who is None else standing.of(who)
    return found


def _anew(
    asked: Question, kinds: Sequence[str], law: Law, other: Law, known: Mapping[str, Known]
) -> dict[str, Standing | Known]:
    """The standings of some kinds under a law; ``known`` where another law says the same to a kind."""
    held = {kind: asked.stock.of(kind) for kind in kinds}
    differ = [kind for kind in kinds if keys_of(held[kind], kind, law) != keys_of(held[kind], kind, other)]
    return {**{kind: known[kind] for kind in kinds}, **standings_of(asked.stock, differ, law, asked.day)}


def _sides(asked: Question, kind: str, before: Standing, after: Standing) -> Sides:
    held = asked.stock.of(kind)
    attributes = held.columns.attributes
    who = _reached(held, asked.reach)
    if who is None:
        return Sides(held.ids, held.region, held.authority, attributes, before, after)
    some = {name: _part(each, who) for name, each in attributes.items()}
    return Sides(
        held.ids[who], _part(held.region, who), _part(held.authority, who), some, before.of(who), after.of(who)
    )


def _reached(held: Holding, reach: Reach) -> Rows | None:
    """The places of those within reach; None: all."""
    if reach.authorities is None and not reach.regions:
        return None
    near = np.ones(len(held.ids), np.bool_)
    if reach.authorities is not None:
        near &= _among(held.authority, [one in reach.authorities for one in held.authority.texts])
    if reach.regions:
        near &= _among(held.region, [reach.inside(one) for one in held.region.texts])
    return np.flatnonzero(near)


def _among(coded: Coded, wanted: Collection[bool]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether the text of each row is wanted; no text is not."""
    flags: np.ndarray[tuple[int], np.dtype[np.bool_]] = np.array([*wanted, False], np.bool_)[coded.index]
    return flags


def _part(coded: Coded, who: Rows) -> Coded:
    return Coded(coded.texts, coded.index[who])
