"""Who of the drawn is verified on site although the tier asks for a look from afar first: the order of that sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.sampling.keys import positions
from scoring.sampling.outcome import key_of, rotation_of, rows_by_stratum, stratum_of
from scoring.sampling.sample import probabilities

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.sampling.rows import FrameRow


def shares(part: Mapping[str, Any], frame: Sequence[FrameRow], seed: bytes) -> dict[str, int]:
    """Of every entity drawn from, ⌊u·den/num⌋: its u of §5 over the probability [num, den] of §6.

    Among the drawn that is spread alike whatever the stratum: a ticket alone would put those first whose stratum is
    drawn seldom, since only the lowest tickets win there.
    """
    by_stratum = rows_by_stratum(frame)
    found: dict[str, int] = {}
    for each in part["strata"]:
        rows = by_stratum.get(each["stratum"], []) if each["draw"] else []
        us = positions(key_of(part, seed), [row.code for row in rows], rotation_of(part))
        chances = probabilities(stratum_of(each), [row.weight for row in rows])
        for row, u, (num, den) in zip(rows, us, chances, strict=True):
            found[row.code] = u * den // num
    return found
