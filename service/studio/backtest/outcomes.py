"""What random visits found: those of draws of this service, and those that other systems recorded with their chance.

A random visit says something of everybody: its entity was taken with a known probability π, whoever it was. Visits
aimed at somebody are none of these. A visit at which nobody could be inspected is no answer: those of its cell (drawn
together, with the same chance) stand for it.

- A draw of this service: cells are strata, their certain entities apart; π is that of the transcript; something was
  found if an entry of the draw's own items failed, or the inspection was refused (docs/statistics.md).
- An occasion with a ``probability`` (docs/evidence.md): cells are source, calendar year and probability; something was
  found if a final decision of it stands, other than those that ``limits.toml`` calls clean.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from scoring.sampling.outcome import rows_by_stratum, stratum_of
from scoring.sampling.sample import probabilities
from service import evidence
from service.inspections import draws, visits
from service.studio.backtest.limits import limits
from service.studio.measures.visited import visited_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from sqlalchemy.orm import Session

    from scoring.rating.columnar.arrays import Days, Flags, Rows
    from service.inspections.draws import DrawnPart
    from service.studio.measures.visited import Numbers, Visited

_BILLION: Final = 1_000_000_000


class Outcomes(NamedTuple):
    """Random visits at which somebody was inspected, oldest first.

    ``entity``: internal numbers; ``day``: ordinals; ``cell``: places in ``drawn``, which counts all that were drawn of
    each cell, visited or not.
    """

    entity: Rows
    day: Days
    probability: Numbers
    cell: Rows
    found: Flags
    drawn: Rows

    @property
    def visits(self) -> Visited:
        """With the weights that the design and the visits that failed give them."""
        return visited_of(cell=self.cell, probability=self.probability, drawn=self.drawn, found=self.found)


class _Drawn(NamedTuple):
    """One entity. ``day`` None: nobody was inspected. ``drawn``: not so of a reserve that stands in for one drawn."""

    cell: Hashable
    entity: int
    day: int | None
    probability: float
    found: bool
    drawn: bool = True


def outcomes_of(session: Session, *, position: int) -> Outcomes:
    """The random visits of all past as known at a sealed position; each draw of this service is made again for it."""
    places: dict[Hashable, int] = {}
    drawn, answers = Counter[int](), Counter[int]()
    answered: list[tuple[int, int, float, int, bool]] = []
    for one in (*_of_draws(session, position), *_of_others(session, position)):
        cell = places.setdefault(one.cell, len(places))
        drawn[cell] += one.drawn
        if one.day is not None:
            answers[cell] += 1
            answered.append((one.day, one.entity, one.probability, cell, one.found))
    answered.sort()
    day, entity, probability, cell_, found = zip(*answered, strict=True) if answered else ((),) * 5
    return Outcomes(
        entity=np.array(entity, np.int64),
        day=np.array(day, np.int32),
        probability=np.array(probability, np.float64),
        cell=np.array(cell_, np.int64),
        found=np.array(found, np.bool_),
        drawn=np.array([max(drawn[place], answers[place]) for place in range(len(places))], np.int64),
    )


def _of_draws(session: Session, position: int) -> Iterator[_Drawn]:
    for number in draws.numbers_sent(session):
        for part in draws.drawn(session, number).parts:
            yield from _of_part(session, number, part, position)


def _of_part(session: Session, number: str, part: DrawnPart, position: int) -> Iterator[_Drawn]:
    results = {one.entity: one for one in visits.source_results(session, part.source, position=position)}
    items, chosen = frozenset(part.terms["items"]), {row[0] for row in part.outcome.rows["drawn"]}
    by_stratum = rows_by_stratum(part.rows.frame)
    for stratum in part.terms["strata"]:
        rows = by_stratum.get(stratum["stratum"], [])
        chances = probabilities(stratum_of(stratum), [row.weight for row in rows])
        for row, (num, den) in zip(rows, chances, strict=True):
            cell = (number, part.outcome.part, row.stratum, num >= den)
            told = results.get(part.rows.keys[row.code])
            if told is not None and not told.attempt and num:
                found = bool(told.failed & items) or told.refused
                day, mine = told.held_on.toordinal(), row.code in chosen
                yield _Drawn(cell, told.entity_id, day, num / den, found, drawn=mine)
            elif row.code in chosen:
                yield _Drawn(cell, 0, None, num / den, found=False)


def _of_others(session: Session, position: int) -> Iterator[_Drawn]:
    said = limits()["outcome"]
    for one in evidence.drawn_occasions(session, position=position):
        met = not one.closed and one.type not in said["attempts"]
        cell = (one.source, one.held_on.year, one.probability)
        found = not set(one.codes) <= set(said["clean"])
        yield _Drawn(
            cell, one.entity, one.held_on.toordinal() if met else None, one.probability / _BILLION, found=found
        )
