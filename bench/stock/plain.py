"""The plain edition and its evidence: a day and a code for every event."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from scoring.edition.parse import parse
from scoring.rating.columnar import Columns, Events
from scoring.rating.history import EditionChain

if TYPE_CHECKING:
    from numpy.typing import NDArray

AS_OF: Final = date(2026, 6, 30)
YEARS: Final = 5


def plain_chain() -> EditionChain:
    """The chain of the plain edition alone."""
    return EditionChain((parse((Path(__file__).parents[1] / "editions" / "plain.toml").read_text("utf-8")),))


def plain_stock(entities: int, events_each: int = 20) -> Columns:
    """Some entities with about so many events each, over five years."""
    rng = np.random.default_rng(20260630)
    offsets = offsets_of(rng.poisson(events_each, entities))
    codes = tuple(plain_chain().editions[0].ratings["*"].rules)
    days = random_days(rng, offsets)
    return Columns("shop", codes, offsets, Events(days, rng.integers(0, len(codes), len(days), np.int32)))


def offsets_of(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each entity's rows begin, and where the last ones end."""
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def random_days(rng: np.random.Generator, offsets: NDArray[np.int64]) -> NDArray[np.int32]:
    """Days of the last years, ascending within each entity."""
    days = AS_OF.toordinal() - rng.integers(0, 365 * YEARS, offsets[-1], np.int32)
    owner = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    return days[np.lexsort((days, owner))]
