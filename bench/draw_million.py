"""Tickets, Sample and Reserves of a frame of a million against the `consistent_sampler` package on the same ids.

The two hash differently, so that their samples differ; what can be compared is compared first: our order over the
peer's tickets gives the peer's sample, and ours is the head of the frame sorted by its tickets, one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from consistent_sampler import first_fraction, sampler

from bench.harness import Figures, Row, interleaved, peak_mebibytes
from bench.stock.frame import KEY, frame_of, twentieth_of
from scoring.sampling.keys import position
from scoring.sampling.sample import Stratum, select, smallest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.sampling.rows import FrameRow

ENTITIES = 1_000_000
FEW = 5_000
MOST_BYTES = 400
SEED = "31415926535897932384"

ROW = Row(
    id="draw-million",
    what="tickets, sample and reserves of 1 M entities, 6 % of them in all; peer: `consistent_sampler`, same ids",
    target=f"≥ 3 × faster; ≤ {MOST_BYTES} bytes per entity",
)


def measure() -> Figures:
    """The peer's seconds over ours."""
    agree(frame_of(FEW), twentieth_of(FEW))
    before = peak_mebibytes()
    rows, stratum = frame_of(ENTITIES), twentieth_of(ENTITIES)
    selected = select(stratum, rows, KEY)
    weighted = select(twentieth_of(ENTITIES, weighted=True), rows, KEY)
    assert len(selected.drawn) == len(weighted.drawn) == stratum.draw
    each = (peak_mebibytes() - before) * 2**20 / ENTITIES
    ids = [row.code for row in rows]
    seconds = interleaved(
        {
            "ours": lambda: select(stratum, rows, KEY),
            "weighted": lambda: select(twentieth_of(ENTITIES, weighted=True), rows, KEY),
            "peer": lambda: peer(ids, stratum),
        },
        times=3,
    )
    ratio = seconds["peer"] / seconds["ours"]
    return Figures(
        ours=f"{seconds['ours']:.2f} s, weighted {seconds['weighted']:.2f} s",
        peer=f"{seconds['peer']:.1f} s",
        ratio=ratio,
        met=ratio >= 3 and each <= MOST_BYTES,
        memory=f"{each:.0f} bytes per entity, frame included; peak {peak_mebibytes()} MiB with the peer",
    )


def peer(ids: Sequence[str], stratum: Stratum) -> list[str]:
    """As many ids of the peer's sample."""
    return list(sampler(ids, SEED, take=stratum.draw + stratum.reserves, output="id"))


def agree(rows: Sequence[FrameRow], stratum: Stratum) -> None:
    """Stops where either sample is not the head of its own tickets in order."""
    ids = [row.code for row in rows]
    tickets = [int(first_fraction(each, SEED).removeprefix("0.").ljust(78, "0")) for each in ids]
    wanted = stratum.draw + stratum.reserves
    assert peer(ids, stratum) == [code for _, code in smallest(wanted, tickets, ids)], "the peer's order is not ours"
    selected = select(stratum, rows, KEY)
    assert [*selected.drawn, *selected.reserves] == sorted(ids, key=lambda code: position(KEY, code))[:wanted]
