"""What was known of everybody at an earlier time: columns of which each row says when it became known.

Two clocks (semantics §1). By the *recorded* clock a row is known from the position of the ledger on at which it was
sealed: what a rating could then have rested on, and nothing else. History that was imported later was never known in
this sense. By the *decided* clock a decision is taken to be known on its day: corrections of it, and decisions that
came late, are seen too early, so that a rating looks a little better than it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeAlias

import numpy as np

from scoring.rating.columnar import NO_DAY, Occasions
from scoring.rating.columnar.columns import of_rows
from service.studio.sensitivity.under import among

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from scoring.rating.columnar import Columns
    from scoring.rating.columnar.arrays import Days, Flags, Rows
    from service.studio.stock import Holding, Stock

Knowledge: TypeAlias = Literal["recorded", "decided"]


class Origin(NamedTuple):
    """A day on which everybody is rated; ``clock``: up to which rows are known then."""

    day: date
    clock: int


@dataclass(frozen=True, slots=True)
class Layer:
    """Entities of one kind. ``events``: the clock at which each became known.

    ``occasions``: likewise; None: when they were held, which the engine looks at itself. ``since``, ``until``: between
    which readings, both included, a row speaks for its entity; None: always. ``meant``: whose entities are looked at;
    None: all.
    """

    holding: Holding
    events: Rows | Days
    occasions: Rows | None = None
    since: Rows | None = None
    until: Rows | None = None
    meant: Flags | None = None

    def at(self, origin: Origin) -> Columns:
        """The columns with the rows that were known; the entities are all there, at their places."""
        columns = self.holding.columns
        known = self.events <= origin.clock
        events = of_rows(columns.events, np.flatnonzero(known))
        if events.annulled_on is not None:
            later = events.annulled_on > origin.day.toordinal()
            events = replace(events, annulled_on=np.where(later, np.int32(NO_DAY), events.annulled_on))
        offsets, occasions = _offsets(columns.offsets, known), columns.occasions
        if occasions is not None and self.occasions is not None:
            rows = self.occasions <= origin.clock
            kept = _offsets(occasions.offsets, rows)
            occasions = Occasions(kept, occasions.held_on[rows], occasions.type[rows], occasions.closed[rows])
        return replace(columns, offsets=offsets, events=events, occasions=occasions)

    def there(self, origin: Origin) -> Flags:
        """The entities that there were and are meant: founded, and this row speaks for them."""
        columns = self.holding.columns
        since = columns.known_since
        found = np.ones(columns.entities, np.bool_) if self.meant is None else self.meant.copy()
        if since is not None:
            found &= (since <= origin.day.toordinal()) | (since == NO_DAY)
        if self.since is not None and self.until is not None:
            found &= (self.since <= origin.clock) & (origin.clock <= self.until)
        return found


class Past(Protocol):
    """What was known of the entities of each kind."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of which somebody holds or held one."""
        ...

    def of(self, kind: str, *, with_branches: bool = False) -> Layer:
        """The entities of a kind, alone or each with the evidence of its branches."""
        ...


class Decided:
    """A stock by the decided clock, whose readings are days (ordinals)."""

    def __init__(self, stock: Stock) -> None:
        self._stock = stock
        self._layers: dict[tuple[str, bool], Layer] = {}

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of the stock."""
        return self._stock.kinds

    def of(self, kind: str, *, with_branches: bool = False) -> Layer:
        """The layer of a kind; mapped once, for opening its files takes longer than reading them."""
        asked = (kind, with_branches)
        if asked not in self._layers:
            holding = self._stock.of(kind, with_branches=with_branches)
            self._layers[asked] = Layer(holding, holding.columns.events.decided_on)
        return self._layers[asked]


class Within:
    """A past of the entities of some authorities, by their codes; the places of all others stay."""

    def __init__(self, past: Past, authorities: Sequence[str]) -> None:
        self._past, self._authorities = past, authorities
        self.kinds = past.kinds

    def of(self, kind: str, *, with_branches: bool = False) -> Layer:
        """The layer of a kind."""
        layer = self._past.of(kind, with_branches=with_branches)
        return replace(layer, meant=among(layer.holding.authority, self._authorities))


def _offsets(offsets: Rows, kept: Flags) -> Rows:
    """Where the rows of each entity begin once only those kept are there."""
    found: Rows = np.concatenate([[0], np.cumsum(kept)])[offsets]
    return found
