"""Cost of an entity from 10,000 to 1,000,000 entities, with lines, and the memory that rating takes.

The million is one struct of columns of 20 M events, filled part by part; `rate_all` cuts it into runs itself.
"""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass

import numpy as np

from bench.harness import Figures, Row, interleaved, peak_mebibytes
from bench.stock import AS_OF, full_chain
from bench.stock.parts import full_stock_in_parts
from scoring.rating.columnar import rate_all

SMALL, LARGE = 10_000, 1_000_000
MOST_BYTES = 200
MOST_MEBIBYTES = 2048

ROW = Row(
    id="growth",
    what="cost per entity from 10 k to 1 M entities (20 M events), the illustrative Beijing edition with lines",
    target=f"≤ 1.5 ×; ≤ {MOST_BYTES} bytes per event beyond the input; peak ≤ 2 GiB",
)


def measure() -> Figures:
    """The cost of an entity among a million over that of one among ten thousand."""
    chain = full_chain()
    large = full_stock_in_parts(LARGE)
    small = large.part(0, SMALL)
    gc.collect()
    before = peak_mebibytes()
    with ThreadPoolExecutor(2) as pool:
        seconds = interleaved(
            {
                "small": lambda: rate_all(small, chain, AS_OF, spread=pool.map),
                "large": lambda: rate_all(large, chain, AS_OF, spread=pool.map),
            },
            times=5,
        )
    events, input_bytes, peak = int(large.offsets[-1]), bytes_of(large), peak_mebibytes()
    beyond = max(peak, before) * 2**20 - input_bytes
    ratio = (seconds["large"] / LARGE) / (seconds["small"] / SMALL)
    each = beyond / events
    return Figures(
        ours=f"{seconds['large'] / LARGE * 1e6:.2f} µs per entity among {LARGE:,}",
        peer=f"{seconds['small'] / SMALL * 1e6:.2f} µs among {SMALL:,}",
        ratio=ratio,
        met=ratio <= 1.5 and each <= MOST_BYTES and peak <= MOST_MEBIBYTES,
        memory=f"peak {peak} MiB; input {input_bytes // 2**20} MiB; {each:.0f} bytes per event beyond it",
    )


def bytes_of(part: object) -> int:
    """The bytes of all arrays in a struct of columns."""
    if isinstance(part, np.ndarray):
        return part.nbytes
    if isinstance(part, dict):
        return sum(bytes_of(each) for each in part.values())
    return sum(bytes_of(getattr(part, each.name)) for each in fields(part)) if is_dataclass(part) else 0
