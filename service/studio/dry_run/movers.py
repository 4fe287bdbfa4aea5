"""Who moves and who is near a bound: written with a run, read page by page with both explanations side by side."""

from __future__ import annotations

from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import orjson
from sqlalchemy import select

from scoring.kernel.points import format_points
from scoring.rating.columnar import ABSENT, NO_POINTS
from scoring.rating.explain import explain
from scoring.rating.explanation import encode
from scoring.rating.wording import Law, Names, waterfall
from service import editions, evidence, ratings, register
from service.platform import region_prefix
from service.studio.dry_run.migration import moved
from service.studio.dry_run.tables import DryRunEntity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from scoring.rating.columnar import Coded
    from scoring.rating.columnar.arrays import Points, Rows
    from scoring.rating.history import EditionChain
    from service.platform.web import Page
    from service.ratings import Assembled
    from service.studio.dry_run.sides import Sides
    from service.studio.dry_run.tables import DryRun

COLUMNS = tuple(column.name for column in DryRunEntity.__table__.columns)
LINE = (
    "entity", "kind", "region", "authority", "tier_before", "tier_after", "grade_before", "grade_after",
    "total_before", "total_after", "margin",
)  # fmt: skip
"""The columns of a list of entities."""
AT_ONCE = 1_000
NOBODY = "-"
"""Asks for those without a tier."""


class Which(NamedTuple):
    """Which entities of a run; None: whatever it is. A region stands for all that it contains; tiers may be ``-``."""

    kind: str | None = None
    region: str | None = None
    authority: str | None = None
    from_tier: str | None = None
    to_tier: str | None = None
    near: bool = False


def rows_of(run: int, kinds: Mapping[str, Sides], within: int) -> Iterator[tuple[Any, ...]]:
    """A row of `DryRunEntity` for everybody who moves or is within so many hundredths of a bound afterwards."""
    numbers = count(1)
    for kind, sides in kinds.items():
        then, now = sides.before, sides.after
        moves = np.zeros(len(sides.ids), np.bool_)
        moves[moved(then, now)] = True
        near = (now.margin != NO_POINTS) & (np.abs(now.margin) <= within)
        who = np.flatnonzero(moves | near)
        columns = (
            sides.ids[who].tolist(),
            [kind] * len(who),
            _texts(sides.region, who),
            _texts(sides.authority, who),
            moves[who].tolist(),
            near[who].tolist(),
            *(_texts(coded, who) for coded in (then.tier, now.tier, then.grade, now.grade)),
            *(_points(points, who) for points in (then.total, now.total, now.margin)),
        )
        for row in zip(*columns, strict=True):
            yield (run, next(numbers), *row)


def entities_of(session: Session, run: DryRun, which: Which, page: Page, *, lang: str) -> list[dict[str, Any]]:
    """Up to ``limit + 1`` entities of a run in its order, each as it stands under either law and why."""
    rows = session.scalars(_asked(run, which).where(DryRunEntity.n > page.after_number).limit(page.limit + 1))
    return _told(session, run, list(rows), lang)


def lines_of(session: Session, run: DryRun, which: Which) -> Iterator[list[tuple[object, ...]]]:
    """Every such entity as a line of `LINE`, without names and reasons: some thousand at a time."""
    rows = session.scalars(_asked(run, which).execution_options(yield_per=AT_ONCE))
    for some in rows.partitions():
        facts = register.facts(session, [row.entity_id for row in some], position=run.position)
        yield [
            (
                facts[row.entity_id].key,
                *(getattr(row, name) for name in ("kind", "region", "authority")),
                *(getattr(row, name) for name in ("tier_before", "tier_after", "grade_before", "grade_after")),
                *(_number(each) for each in (row.total_before, row.total_after, row.margin_after)),
            )
            for row in some
        ]


def _asked(run: DryRun, which: Which) -> Select[DryRunEntity]:
    table = DryRunEntity
    asked = select(table).where(table.run_id == run.id, table.near if which.near else table.moved).order_by(table.n)
    for name, value in (("kind", which.kind), ("authority", which.authority)):
        if value is not None:
            asked = asked.where(getattr(table, name) == value)
    if which.region is not None:
        asked = asked.where(table.region.startswith(region_prefix(which.region), autoescape=True))
    for name, value in (("tier_before", which.from_tier), ("tier_after", which.to_tier)):
        if value is not None:
            asked = asked.where(getattr(table, name).is_(None) if value == NOBODY else getattr(table, name) == value)
    return asked


def _told(session: Session, run: DryRun, rows: Sequence[DryRunEntity], lang: str) -> list[dict[str, Any]]:
    without = editions.shelf_again(session, run.editions)
    shelves = {"before": without, "after": without.trying(editions.offered(run.edition))}
    facts_named = {code: one.names for code, one in evidence.read_catalogue(session).codes.items()}
    names = Names(facts_named, register.kind_names(session))
    known: dict[tuple[str, int], Assembled] = {}
    for kind in {row.kind for row in rows}:
        ids = [row.entity_id for row in rows if row.kind == kind]
        found = ratings.histories_in(session, ids, kind, as_of=run.stock_day, position=run.position)
        known |= {(kind, one.facts.id): one for one in found}
    told = []
    for row in rows:
        one = known[row.kind, row.entity_id]
        facts = one.facts
        said: dict[str, Any] = {
            "n": row.n,
            "entity": facts.key,
            "name": register.masked(facts.name) if facts.natural_person else facts.name,
            "natural_person": facts.natural_person,
            **{name: getattr(row, name) for name in ("kind", "region", "authority", "moved", "near")},
            "margin": _written(row.margin_after),
        }
        for side, shelf in shelves.items():
            chain = shelf.chain(kind=row.kind, region=row.region, as_of=run.day)
            counted = {
                "tier": getattr(row, f"tier_{side}"),
                "grade": getattr(row, f"grade_{side}"),
                "total": _written(getattr(row, f"total_{side}")),
            }
            said[side] = {**counted, **_reasons(one, chain, run, Law(chain, row.kind, lang, names))}
        told.append(said)
    return told


def _reasons(one: Assembled, chain: EditionChain, run: DryRun, law: Law) -> dict[str, Any]:
    """Why an entity stands as it does under one law: the explanation as a document, and in words."""
    index = chain.index_on(run.day)
    joined = index is not None and chain.editions[index].rating_for(law.kind).branches == "to_parent"
    result = explain(one.joined if joined else one.own, chain, run.day)
    return {
        "explanation": orjson.loads(encode(result)[0]),
        "told": [sentence.text for sentence in waterfall(result, law)],
    }


def _number(hundredths: int | None) -> Decimal | None:
    """Points as a number: a text that begins with a minus is no number in a sheet."""
    return None if hundredths is None else Decimal(hundredths).scaleb(-2)


def _written(hundredths: int | None) -> str | None:
    return None if hundredths is None else format_points(hundredths)


def _texts(coded: Coded, who: Rows) -> list[str | None]:
    texts = np.array([*coded.texts, None], object)
    found: list[str | None] = texts[np.where(coded.index[who] == ABSENT, len(coded.texts), coded.index[who])].tolist()
    return found


def _points(points: Points, who: Rows) -> list[int | None]:
    return [None if each == NO_POINTS else each for each in points[who].tolist()]
