"""The past with kinds that the law rates alike put together, with when each of their rows became known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from service.studio.backtest.past import Layer
from service.studio.stock import Holding, alike, merged, merged_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.edition.model import Edition
    from service.studio.backtest.past import Past


class Merged:
    """The past with kinds that are rated alike under the name of the first of them."""

    def __init__(self, past: Past, editions: Sequence[Edition]) -> None:
        self._past, self._groups = past, alike(past.kinds, editions)
        self._layers: dict[tuple[str, bool], Layer] = {}
        self.kinds = tuple(self._groups)

    def of(self, kind: str, *, with_branches: bool = False) -> Layer:
        """The layer of a group of kinds, put together once."""
        asked = (kind, with_branches)
        if asked not in self._layers:
            layers = [self._past.of(one, with_branches=with_branches) for one in self._groups[kind]]
            self._layers[asked] = layers[0] if len(layers) == 1 else _merged(layers)
        return self._layers[asked]


def _merged(layers: Sequence[Layer]) -> Layer:
    """Several layers one after the other."""
    held = [layer.holding for layer in layers]
    ids = np.concatenate([one.ids for one in held])
    authority, region = merged_texts([one.authority for one in held]), merged_texts([one.region for one in held])
    events = np.concatenate([layer.events for layer in layers])
    clocks = [_all([getattr(layer, name) for layer in layers]) for name in ("occasions", "since", "until", "meant")]
    return Layer(Holding(merged([one.columns for one in held]), ids, authority, region), events, *clocks)


def _all(every: Sequence[Any]) -> Any:  # noqa: ANN401 - columns of either type
    known = [one for one in every if one is not None]
    return np.concatenate(known) if len(known) == len(every) else None
