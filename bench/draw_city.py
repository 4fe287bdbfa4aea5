"""A city's draw from the rows its tables hold to the full transcript: freeze, sample, teams, documents, bytes."""

from __future__ import annotations

from time import process_time

from bench.harness import Figures, Row, interleaved, peak_mebibytes
from bench.stock.city_draw import ENTITIES, INSPECTORS, city_draw, city_rows
from scoring.kernel.canonical import canonical

FEW = 500
MOST_SECONDS, MOST_MEBIBYTES = 4, 300

ROW = Row(
    id="draw-city",
    what="freeze, draw 5,000 of 50,000, assign 200 inspectors with 5 % recusals, transcript; no store",
    target=f"≤ {MOST_SECONDS} s of the processor, ≤ {MOST_MEBIBYTES} MiB",
)


def measure() -> Figures:
    """The seconds allowed over ours."""
    few = city_rows(FEW, 20)
    assert canonical(city_draw(few)) == canonical(city_draw(few)), "the same rows give the same bytes"
    rows = city_rows()
    made = city_draw(rows)["parts"][0]
    assert (len(made["frame"]), len(made["roster"]), made["short"]) == (ENTITIES, INSPECTORS, [])
    drawn = len(made.pop("drawn"))
    del made
    seconds = interleaved({"ours": lambda: canonical(city_draw(rows))}, times=3, idle=0, clock=process_time)["ours"]
    peak = peak_mebibytes()
    return Figures(
        ours=f"{seconds:.2f} s, {drawn:,} drawn",
        peer="–",
        ratio=MOST_SECONDS / seconds,
        met=seconds <= MOST_SECONDS and peak <= MOST_MEBIBYTES,
        memory=f"peak {peak} MiB",
    )
