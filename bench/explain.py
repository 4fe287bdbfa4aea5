"""`explain` with its document and digest, twenty events an entity, on one core.

Seconds are those that the processor worked for this process: what else the machine does at the time is not counted.
"""

from __future__ import annotations

from time import process_time

from bench.columnar_full import compare_with_explain
from bench.harness import Figures, Row, interleaved, peak_mebibytes
from bench.stock import AS_OF, full_chain, full_stock, histories_of
from scoring.rating.explain import explain
from scoring.rating.explanation import encode

ENTITIES = 2_000
ENOUGH = 6_000

ROW = Row(
    id="explain",
    what="`explain` with document and digest, 20 events each, the illustrative Beijing edition",
    target=f"≥ {ENOUGH:,} entities/s on one core, processor time",
)


def measure() -> Figures:
    """Entities a second over the rate asked for."""
    columns, chain = full_stock(ENTITIES), full_chain()
    compare_with_explain(columns)
    histories = histories_of(columns)

    def ours() -> None:
        for history in histories:
            encode(explain(history, chain, AS_OF))

    rate = len(histories) / interleaved({"ours": ours}, clock=process_time)["ours"]
    return Figures(
        ours=f"{rate:,.0f} entities/s",
        peer="none: the rate asked for",
        ratio=rate / ENOUGH,
        met=rate >= ENOUGH,
        memory=f"peak {peak_mebibytes()} MiB",
    )
