"""A rating told in the order in which it was made, in the law's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.rating.wording.conclusion import grade, outcome, risk, score, tier
from scoring.rating.wording.contributions import counted, left_out, start
from scoring.rating.wording.telling import Sentence, Telling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.rating.result import Result
    from scoring.rating.wording.law import Law


def waterfall(result: Result, law: Law) -> tuple[Sentence, ...]:
    """The sentences of a rating: start, contributions, limits, result, what does not count and why, next change.

    A stored explanation is told through ``stored.decode``. ``law`` says which language.
    """
    telling = Telling(result, law)
    if result.edition is None:
        return (telling.say("head", "no_edition"), _change(telling))
    parts = (_head, start, counted, score, outcome, grade, risk, tier, left_out)
    return (*(sentence for part in parts for sentence in part(telling)), _change(telling))


def _head(telling: Telling) -> Iterator[Sentence]:
    result, law = telling.result, telling.law
    title, kind = law.title(result.edition), law.kind_name()
    yield telling.say("head", "head", as_of=law.day(result.as_of), entity=result.entity, kind=kind, title=title)
    if result.illustrative:
        yield telling.say("head", "illustrative")
    if not result.verified:
        yield telling.say("head", "unverified")


def _change(telling: Telling) -> Sentence:
    change = telling.result.next_change_on
    if change is None:
        return telling.say("change", "no_change")
    return telling.say("change", "change", day=telling.law.day(change))
