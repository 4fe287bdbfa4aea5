"""Five years of monthly origins over a city: every origin rated as known then, held against random visits, to JSON.

The stock is mapped from files and the outcomes of random visits are at hand; writing the stock and reading the visits
from the database are no part of the figure.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from bench.harness import Figures, Row, peak_mebibytes
from bench.stock import AS_OF, full_chain, full_stock
from bench.stock.full import KIND
from bench.stock.on_disk import write_stock
from scoring.kernel.days import add_months
from scoring.rating.history import EditionChain
from service.studio.backtest.document import Trial, back_test_document
from service.studio.backtest.outcomes import Outcomes
from service.studio.backtest.past import Decided, Origin
from service.studio.backtest.seen import Asked
from service.studio.stock import open_stock
from service.studio.stock.opening import stocks_in

ENTITIES, ORIGINS, HORIZON, A_MONTH = 50_000, 60, 6, 0.007
ROW = Row(
    id="back-test",
    what="five years monthly, 50,000 entities with 1 M events: stock on disk and random visits in, figures as JSON out",
    target="≤ 60 s",
)


def measure() -> Figures:
    """One back-test, from opening the stock to the last byte of JSON."""
    chain = EditionChain((replace(full_chain().editions[0], force_from=date.min),))
    section = chain.editions[0].rating_for(KIND)
    clauses = sorted({rule.clause for rule in section.rules.values()})
    last = add_months(AS_OF, -HORIZON)
    days = [add_months(last, -back) for back in range(ORIGINS)][::-1]
    with TemporaryDirectory() as folder:
        write_stock(Path(folder), {KIND: [full_stock(ENTITIES)]}, ENTITIES)
        outcomes = _outcomes()
        began = perf_counter()
        trial = Trial(
            past=Decided(open_stock(stocks_in(Path(folder))[0])),
            law=lambda *_: chain,
            asked=Asked("bj-culture", section.tiers, {clause: place for place, clause in enumerate(clauses)}, 24),
            edition=chain.editions[0],
            origins=[Origin(day, day.toordinal()) for day in days],
            outcomes=outcomes,
            horizon=HORIZON,
        )
        told = back_test_document(trial)
        text = json.dumps(told, ensure_ascii=False)
        seconds = perf_counter() - began
    assert told["visits"] > ENTITIES * A_MONTH * 40
    assert sum(told["steadiness"][-1]["entities"].values()) > ENTITIES / 2
    return Figures(
        ours=f"{seconds:.1f} s: {told['visits']} random visits, {len(told['origins'])} origins, {len(text) >> 10} KiB",
        peer="none: the time asked for",
        ratio=seconds / 60,
        met=seconds <= 60,
        memory=f"peak {peak_mebibytes()} MiB",
    )


def _outcomes() -> Outcomes:
    """About as many random visits a month as Beijing reports (4,359 a year), one in five with a problem."""
    chance = np.random.default_rng(20261121)
    size = int(ENTITIES * A_MONTH * (ORIGINS + HORIZON))
    first = add_months(AS_OF, -ORIGINS - HORIZON).toordinal()
    day = np.sort(chance.integers(first, AS_OF.toordinal(), size)).astype(np.int32)
    return Outcomes(
        entity=chance.integers(0, ENTITIES, size),
        day=day,
        probability=np.full(size, A_MONTH),
        cell=np.zeros(size, np.int64),
        found=chance.random(size) < 0.2,
        drawn=np.array([size]),
    )
