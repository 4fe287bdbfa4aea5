"""Cost of drawing from 10,000 to 1,000,000 entities: the larger frame may cost no more than sorting it."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from bench.harness import Figures, Row, interleaved, peak_mebibytes
from bench.stock.frame import KEY, frame_of, twentieth_of
from scoring.sampling.sample import select

if TYPE_CHECKING:
    from scoring.sampling.rows import FrameRow

SMALL, LARGE = 10_000, 1_000_000
TURNS = LARGE // SMALL
MOST = log(LARGE) / log(SMALL)

ROW = Row(
    id="draw-growth",
    what="cost per entity of a draw (tickets, sample, reserves) from 10 k to 1 M entities",
    target=f"n log n or better: ≤ {MOST:.1f} × per entity, equal and weighted",
)


def measure() -> Figures:
    """The cost of an entity among a million over that of one among ten thousand, the worse of both orders."""
    large = frame_of(LARGE)
    small = large[:SMALL]
    seconds = interleaved(
        {
            f"{name} {size}": lambda rows=rows, turns=turns, weighted=weighted: draws(rows, turns, weighted=weighted)
            for name, weighted in (("equal", False), ("weighted", True))
            for size, rows, turns in (("small", small, TURNS), ("large", large, 1))
        },
        times=5,
    )
    ratios = {name: seconds[f"{name} large"] / seconds[f"{name} small"] for name in ("equal", "weighted")}
    ratio = max(ratios.values())
    each = {name: f"{taken / LARGE * 1e6:.2f}" for name, taken in seconds.items()}
    return Figures(
        ours=f"{each['equal large']} µs per entity among {LARGE:,}, weighted {each['weighted large']} µs",
        peer=f"{each['equal small']} µs among {SMALL:,}, weighted {each['weighted small']} µs",
        ratio=ratio,
        met=ratio <= MOST,
        memory=f"peak {peak_mebibytes()} MiB",
    )


def draws(rows: list[FrameRow], turns: int, *, weighted: bool) -> None:
    """Draws from a frame so often that a million tickets are made."""
    for _ in range(turns):
        select(twentieth_of(len(rows), weighted=weighted), rows, KEY)
