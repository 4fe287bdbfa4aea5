"""How many entities move where a number of an edition moves by one unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.edition.parse import parse
from scoring.rating.columnar import ABSENT, rate_all
from scoring.rating.history import EditionChain
from service.studio.sensitivity.parameters import Parameter, parameters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from scoring.edition.model import Edition
    from scoring.rating.columnar import Columns, Ratings
    from service.studio.sensitivity.parameters import Variant


class Moved(NamedTuple):
    """Entities whose tier becomes better or worse, or who gain or lose one (``otherwise``); whose total differs."""

    better: int = 0
    worse: int = 0
    otherwise: int = 0
    totals: int = 0

    @property
    def tiers(self) -> int:
        """All whose tier is another one."""
        return self.better + self.worse + self.otherwise


class Sensitivity(NamedTuple):
    """What hangs on a number. ``up`` or ``down`` is None where the edition cannot have it so: see the variant."""

    parameter: Parameter
    up: Moved | None
    down: Moved | None

    @property
    def idle(self) -> bool:
        """Whether the number changes nothing: no total and no tier, neither up nor down."""
        return not any(each is not None and any(each) for each in (self.up, self.down))


class _Base(NamedTuple):
    """The stock as it is rated with the edition unchanged."""

    own: Edition
    chain: EditionChain
    stock: Sequence[Columns]
    as_of: date
    ratings: Sequence[Ratings]


def sensitivities(text: str, chain: EditionChain, stock: Sequence[Columns], as_of: date) -> Iterator[Sensitivity]:
    """Each number of an edition, in the order of its text, over a stock.

    Args:
        text: of one of the editions of the chain.
        chain: by which the stock is rated.
        stock: the entities, kind by kind.
        as_of: on which day.

    Raises:
        ValueError: the text is that of no edition of the chain.
    """
    digest = parse(text).digest
    own = [edition for edition in chain.editions if edition.digest == digest]
    if not own:
        names = ", ".join(edition.id for edition in chain.editions)
        raise ValueError(f"this text is none of the editions {names}: give the text that the chain was read from")
    ratings = [rate_all(columns, chain, as_of, lines=False) for columns in stock]
    base = _Base(own[0], chain, stock, as_of, ratings)
    for parameter in parameters(text):
        yield Sensitivity(parameter, _moved(base, parameter.up), _moved(base, parameter.down))


def difference(before: Ratings, after: Ratings) -> Moved:
    """Who moves between two ratings of the same entities, whose tiers are the same list, best first."""
    both = (before.tier != ABSENT) & (after.tier != ABSENT)
    other = (before.tier != after.tier) | (before.state != after.state)
    better, worse = (
        int(np.count_nonzero(both & side)) for side in (after.tier < before.tier, after.tier > before.tier)
    )
    totals = int(np.count_nonzero(before.total != after.total))
    return Moved(better, worse, int(np.count_nonzero(other)) - better - worse, totals)


def _moved(base: _Base, variant: Variant) -> Moved | None:
    changed, own = variant.edition, base.own
    if changed is None:
        return None
    law = EditionChain(tuple(changed if each is own else each for each in base.chain.editions))
    found = [
        difference(before, rate_all(columns, law, base.as_of, lines=False))
        for columns, before in zip(base.stock, base.ratings, strict=True)
        # Most numbers of publicity, repair and frequency: no rating reads them.
        if changed.rating_for(columns.kind) != own.rating_for(columns.kind)
    ]
    return Moved(*(sum(column) for column in zip(*found, strict=True)))
