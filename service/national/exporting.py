"""A stock put into the Parquet form: what one machine knows, for many machines to rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from service import register
from service.national.ordering import in_order
from service.national.output import put_in_place
from service.national.writing import ENTITIES_A_FILE, Part, write_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

    from scoring.rating.columnar.arrays import Rows
    from service.studio.stock import Stock

KEYS_AT_ONCE: Final = 10_000


class _Run(NamedTuple):
    """The entities of a kind that stand in one region: neighbours in the stock."""

    kind: str
    first: int
    last: int


def export_stock(
    *, session: Session, stock: Stock, out: Path, with_branches: bool, entities_a_file: int = ENTITIES_A_FILE
) -> None:
    """Write all evidence of a stock, under the public keys that its entities have, into a new folder.

    ``with_branches``: each parent with the evidence of its branches, for editions under which it answers for them.

    Raises:
        Problem: ``national_out_exists``, ``stock_damaged``.
    """
    by_region: dict[str, list[_Run]] = {}
    for kind in stock.kinds:
        for region, run in _runs(stock, kind):
            by_region.setdefault(region, []).append(run)

    def parts(runs: Sequence[_Run]) -> list[Part]:
        return [_part(session, stock, run, with_branches=with_branches) for run in runs]

    with put_in_place(out) as folder:
        write_evidence(
            folder,
            ((region, parts(by_region[region])) for region in sorted(by_region)),
            day=stock.day,
            position=stock.position,
            branches={kind: with_branches for kind in stock.kinds if stock.has_branches(kind)},
            entities_a_file=entities_a_file,
        )


def _runs(stock: Stock, kind: str) -> Iterator[tuple[str, _Run]]:
    region = stock.of(kind).region
    starts = np.flatnonzero(np.diff(region.index, prepend=-1)).tolist()
    for first, last in zip(starts, [*starts[1:], len(region.index)], strict=True):
        yield region.texts[int(region.index[first])], _Run(kind, first, last)


def _part(session: Session, stock: Stock, run: _Run, *, with_branches: bool) -> Part:
    held = stock.of(run.kind, with_branches=with_branches)
    keys = np.array(_keys(session, held.ids[run.first : run.last], stock.position))
    order = np.argsort(keys)
    return Part(in_order(held.columns.part(run.first, run.last), order), keys[order].tolist())


def _keys(session: Session, ids: Rows, position: int) -> list[str]:
    found: list[str] = []
    for first in range(0, len(ids), KEYS_AT_ONCE):
        some = ids[first : first + KEYS_AT_ONCE].tolist()
        facts = register.facts(session, some, position=position)
        found.extend(facts[number].key for number in some)
    return found
