"""The plain edition over a million signed events: ours against DuckDB and OpenFisca on the same arrays.

All three answer with the total and the grade of every entity. The peers keep no line for an event, so that ours is
asked for none either; ours works with two threads, as DuckDB does.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from bench.harness import Figures, Row, interleaved, peak_mebibytes
from bench.peers.duckdb_plain import duckdb_plain
from bench.peers.openfisca_plain import openfisca_plain
from bench.stock import AS_OF, plain_chain, plain_stock
from scoring.rating.columnar import rate_all

ENTITIES = 50_000

ROW = Row(
    id="columnar-plain",
    what="1 M signed events over 50,000 entities: window, four caps, clip, thresholds",
    target="≥ the faster of DuckDB and OpenFisca",
)


def measure() -> Figures:
    """The seconds of the faster peer over ours."""
    columns, chain = plain_stock(ENTITIES), plain_chain()
    peers = {"DuckDB": duckdb_plain(columns, chain), "OpenFisca": openfisca_plain(columns, chain)}
    with ThreadPoolExecutor(2) as pool:
        rated = rate_all(columns, chain, AS_OF, lines=False, spread=pool.map)
        for name, peer in peers.items():
            total, grade = peer()
            assert np.array_equal(total, rated.total), f"{name} gives other totals"
            assert np.array_equal(grade, rated.grade), f"{name} gives other grades"
        ours = {"ours": lambda: rate_all(columns, chain, AS_OF, lines=False, spread=pool.map)}
        seconds = interleaved(ours | peers, times=15)
    events = len(columns.events.code)
    faster = min(peers, key=seconds.__getitem__)
    ratio = seconds[faster] / seconds["ours"]
    return Figures(
        ours=f"{events / seconds['ours'] / 1e6:.1f} M events/s",
        peer=", ".join(f"{name} {events / seconds[name] / 1e6:.1f} M events/s" for name in peers),
        ratio=ratio,
        met=ratio >= 1,
        memory=f"peak {peak_mebibytes()} MiB, peers included",
    )
