"""How many entities move where a number of an edition moves by one unit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from scoring.edition.parse import parse
from scoring.rating.columnar import ABSENT, rate_all
from scoring.rating.history import EditionChain
from service.studio.sensitivity.at_once import at_once
from service.studio.sensitivity.by_risk import warned, with_risk_of
from service.studio.sensitivity.chosen import chosen, chosen_of
from service.studio.sensitivity.concerned import concerned, differing
from service.studio.sensitivity.parameters import Parameter, parameters
from service.studio.sensitivity.together import together

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from scoring.edition.model import Edition
    from scoring.rating.columnar import Columns, Ratings
    from service.studio.sensitivity.parameters import Variant
    from service.studio.sensitivity.together import Together
    from service.studio.sensitivity.under import Under


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


class Base(NamedTuple):
    """Some entities as they are rated with the edition unchanged; ``warnings``: what risk reads of them.

    ``own``: the edition in their chain. ``last``: it is the one in force on the day, and no code was renamed.
    """

    part: Under
    own: Edition
    last: bool
    ratings: Ratings
    warnings: Columns


def sensitivities(text: str, stock: Sequence[Under], as_of: date) -> Iterator[Sensitivity]:
    """Each number of an edition, in the order of its text, over a stock; some of them are tried at once.

    Args:
        text: of an edition that is in every chain.
        stock: the entities, each part with the chain by which it is rated.
        as_of: on which day.

    Raises:
        ValueError: the text is not that of an edition of every chain.
    """
    digest = parse(text).digest
    groups = together([(part, np.zeros(part.columns.entities, np.int64)) for part in stock])
    bases = [(base_of(group.whole, digest, as_of), group) for group in groups]

    def tried(parameter: Parameter) -> Sensitivity:
        return Sensitivity(parameter, *(_moved(bases, each, as_of) for each in (parameter.up, parameter.down)))

    return at_once(tried, parameters(text))


def base_of(part: Under, digest: str, as_of: date) -> Base:
    """Some entities as they are rated with the edition of a digest, which is in their chain, unchanged.

    Raises:
        ValueError: it is not.
    """
    editions = part.chain.editions
    own = next((each for each in editions if each.digest == digest), None)
    if own is None:
        names = ", ".join(each.id for each in editions)
        raise ValueError(f"this text is none of the editions {names}: give the text that the chain was read from")
    index = part.chain.index_on(as_of)
    last = index is not None and editions[index] is own and not any(each.map_codes for each in editions)
    return Base(part, own, last, rate_all(part.columns, part.chain, as_of), warned(part.columns))


def difference(before: Ratings, after: Ratings) -> Moved:
    """Who moves between two ratings of the same entities, whose tiers are the same list, best first."""
    both = (before.tier != ABSENT) & (after.tier != ABSENT)
    other = (before.tier != after.tier) | (before.state != after.state)
    better, worse = (
        int(np.count_nonzero(both & side)) for side in (after.tier < before.tier, after.tier > before.tier)
    )
    totals = int(np.count_nonzero(before.total != after.total))
    return Moved(better, worse, int(np.count_nonzero(other)) - better - worse, totals)


def _moved(bases: Sequence[tuple[Base, Together]], variant: Variant, as_of: date) -> Moved | None:
    changed = variant.edition
    if changed is None:
        return None
    found = [Moved()]
    for base, group in bases:
        sections = [changed.rating_for(part.columns.kind) for part in group.parts]
        if all(section == sections[0] for section in sections):
            found.append(moved_of(base, changed, as_of))
        else:  # the number is of some of these kinds alone: nobody of another can move
            own = base.own.rating_for(base.part.columns.kind)
            some = [part for part, section in zip(group.parts, sections, strict=True) if section != own]
            found += [moved_of(base_of(part, base.own.digest, as_of), changed, as_of) for part in some]
    return Moved(*(sum(column) for column in zip(*found, strict=True)))


def moved_of(base: Base, variant: Edition, as_of: date) -> Moved:
    """Who moves among some entities; whoever cannot is not rated anew."""
    own, before, columns = base.own, base.ratings, base.part.columns
    sections = own.rating_for(columns.kind), variant.rating_for(columns.kind)
    changed = replace(variant, force_to=own.force_to)
    law = EditionChain(tuple(changed if each is own else each for each in base.part.chain.editions))
    parts = differing(*sections)
    if base.last and parts == {"risk"}:
        return difference(before, with_risk_of(base.warnings, before, law, as_of))
    places = concerned(columns, before, *sections) if base.last or not parts else None
    if places is not None:
        columns, before = chosen(columns, places), chosen_of(before, places)
    return difference(before, rate_all(columns, law, as_of, lines=False)) if columns.entities else Moved()
