"""What the editions given ask of the input: the chain of each kind, and the attributes that they name."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from scoring.kernel.errors import LawError
from scoring.rating.history import EditionChain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.edition.model import Cycle, Edition, EventRule, Rating


def chain_of(editions: tuple[Edition, ...]) -> EditionChain:
    """The editions in the order of their force.

    Raises:
        LawError: ``edition_without_rating``, ``editions_of_two_rulebooks``, ``editions_overlap``.
    """
    for edition in editions:
        if not edition.ratings:
            raise LawError(
                "edition_without_rating",
                zh=f"{edition.id} 没有 [rating] 一节，不能据以评级；请另选版本",
                en=f"{edition.id} has no section [rating], so nothing is rated by it: name another edition",
            )
    return EditionChain(in_order(editions))


def in_order(editions: tuple[Edition, ...]) -> tuple[Edition, ...]:
    """The editions in the order of their force, if they are of one rulebook and never two in force at once.

    Raises:
        LawError: ``editions_of_two_rulebooks``, ``editions_overlap``.
    """
    ordered = tuple(sorted(editions, key=lambda edition: edition.force_from))
    for before, after in itertools.pairwise(ordered):
        if before.rulebook != after.rulebook:
            raise LawError(
                "editions_of_two_rulebooks",
                zh=f"{before.id} 与 {after.id} 不属于同一评价办法，请分开评级",
                en=f"{before.id} and {after.id} are editions of two rulebooks: rate with one at a time",
            )
        if before.force_from == after.force_from or (before.force_to and before.force_to > after.force_from):
            raise LawError(
                "editions_overlap",
                zh=f"{before.id} 与 {after.id} 的施行期重叠，请更正其起止日期",
                en=f"{before.id} and {after.id} are in force at the same time: mend their days",
            )
    return ordered


def chain_for(chain: EditionChain, kind: str) -> EditionChain:
    """The editions that hold for a kind."""
    return EditionChain(tuple(one for one in chain.editions if not one.kinds or kind in one.kinds))


def attributes_named(chain: EditionChain) -> tuple[frozenset[str], frozenset[str]]:
    """All attributes that the editions name; and of these the ones that they read from the entity only."""
    sections = [section for edition in chain.editions for section in edition.ratings.values()]
    of_entity = frozenset(name for section in sections for name in _of_entity(section))
    of_events = frozenset(name for section in sections for rule in section.rules.values() for name in _of_event(rule))
    return of_events | of_entity, of_entity


def _of_event(rule: EventRule) -> Iterator[str]:
    for condition in rule.applies_when:
        yield condition.attribute
    for factor in rule.factors:
        yield factor.when.attribute
    for step in rule.restoration.steps if rule.restoration is not None else ():
        if step.when is not None:
            yield step.when.attribute


def _of_entity(section: Rating) -> Iterator[str]:
    for outcome in section.outcomes:
        for condition in outcome.when:
            yield condition.attribute
    for factor in section.risk.factors if section.risk is not None else ():
        yield factor.attribute
    for cycle in _cycles(section):
        if cycle is not None and cycle.start_attribute is not None:
            yield cycle.start_attribute


def _cycles(section: Rating) -> Iterator[Cycle | None]:
    yield section.window.cycle
    for cap in section.caps:
        yield cap.cycle
    for rule in section.rules.values():
        yield None if rule.validity is None else rule.validity.cycle
        yield None if rule.direct is None else rule.direct.term.cycle
