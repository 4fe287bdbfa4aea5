"""The readable engine: rates one entity in one kind and says why, line by line (``docs/evaluation.md``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.rating.change import next_change_on
from scoring.rating.plan import plan_for
from scoring.rating.result import Result, Verdict
from scoring.rating.score import Facts
from scoring.rating.verdict import decide
from scoring.supervision import frequency_of

if TYPE_CHECKING:
    from datetime import date

    from scoring.rating.history import EditionChain, History


def explain(history: History, chain: EditionChain, as_of: date) -> Result:
    """The rating of an entity on a day, with a line for every event decided by then and the day of the next change.

    Pure: the same arguments give the same result, whatever the order of ``history.events``.

    Raises:
        KeyError: a rule names a grade that the edition in force does not have, which the lint of editions refuses.
    """
    index = chain.index_on(as_of)
    if index is None:
        return _no_edition(history, chain, as_of)
    plan = plan_for(chain, index, history.kind)
    facts = Facts(plan, history, as_of)
    verdict = decide(facts, as_of)
    return Result(
        history.entity,
        history.kind,
        as_of,
        plan.edition.id,
        plan.edition.digest,
        plan.edition.illustrative,
        plan.edition.verified,
        plan.rating.direction,
        plan.rating.base,
        verdict,
        facts.lines,
        () if verdict.total is None else facts.dimensions,
        frequency_of(plan.edition, verdict.tier),
        next_change_on(facts, as_of, verdict),
    )


def _no_edition(history: History, chain: EditionChain, as_of: date) -> Result:
    starts = [edition.force_from for edition in chain.editions if edition.force_from > as_of]
    verdict = Verdict("unrated", "no_edition")
    change = min((day for day in starts if chain.index_on(day) is not None), default=None)
    return Result(
        history.entity, history.kind, as_of, None, None, False, True, None, None, verdict, (), (), None, change
    )
