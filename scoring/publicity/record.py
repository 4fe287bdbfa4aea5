"""A record as publicity looks at it: the decision, what followed from it, and what was done to show it."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from scoring.edition.sections.terms import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.edition.model import Condition
    from scoring.edition.sections.deadlines import Act
    from scoring.edition.sections.terms import Match

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_SEPARATORS: Final = re.compile(r"[,;，；、\s]+")


class Done(NamedTuple):
    """Something done about a record on a day, such as shown at a place."""

    act: Act
    place: str
    on: date


class Record(NamedTuple):
    """One decision. ``attributes``: of the decision, and of the entity where the decision names none.

    ``left_on``: the day of the exit that ends an entry in a list. ``deleted_on``: deleted by law. ``stated_end``: the
    last day of publicity that the source states. ``suspended_on``: disputed under a law by which it has no effect
    meanwhile, from that day on. ``acts``: in the order in which they were recorded.
    ``confirming``: the places that say themselves when they took something down, each with the day since when: what is
    to be taken down from then on is done once they said so.
    A repair revoked for fraud is no repair, a dispute that is over no dispute.
    """

    decision_kind: str
    code: str
    decided_on: date
    severity: str | None = None
    final: bool = True
    attributes: Mapping[str, str] = NOTHING
    recorded_on: date | None = None
    changed_on: date | None = None
    disputed_on: date | None = None
    performed_on: date | None = None
    repaired_on: date | None = None
    annulled_on: date | None = None
    deleted_on: date | None = None
    left_on: date | None = None
    stated_end: date | None = None
    suspended_on: date | None = None
    acts: tuple[Done, ...] = ()
    confirming: frozenset[tuple[str, date]] = frozenset()


def listed(record: Record, attribute: str) -> tuple[str, ...]:
    """The values of an attribute that lists several, each once, in their order; none where it is missing."""
    return parted(record.attributes.get(attribute))


def parted(written: str | None) -> tuple[str, ...]:
    """The values that stand one after another in one, each once, in their order."""
    return tuple(dict.fromkeys(part for part in _SEPARATORS.split(written) if part)) if written else ()


def meets(record: Record, conditions: tuple[Condition, ...]) -> bool:
    """Whether all conditions hold; a missing attribute meets none."""
    return all(record.attributes.get(one.attribute) in one.one_of for one in conditions)


def looks_like(record: Record, match: Match, penalties: tuple[str, ...]) -> bool:
    """Whether a record is one of those that a rule is about. ``penalties``: the kinds of penalty looked at."""
    if match is EVERYTHING:
        return True
    for stated, own in (
        (match.decision_kinds, record.decision_kind),
        (match.codes, record.code),
        (match.severities, record.severity),
    ):
        if stated and own not in stated:
            return False
    if match.penalty_kinds and not set(penalties) & set(match.penalty_kinds):
        return False
    return meets(record, match.when) and not any(meets(record, (one,)) for one in match.unless)


def first_shown(record: Record) -> date | None:
    """The day on which the record was first shown anywhere."""
    return min((one.on for one in record.acts if one.act == "publish"), default=None)


def shown_at(record: Record, as_of: date) -> tuple[str, ...]:
    """The places where the record is shown: shown there and not taken down since."""
    last: dict[str, str] = {}
    for one in record.acts:
        if one.on <= as_of and one.act in {"publish", "withdraw"}:
            last[one.place] = one.act
    return tuple(place for place, act in last.items() if act == "publish")


def confirms(record: Record, place: str | None, day: date) -> bool:
    """Whether a place said by a day that it confirms itself what it took down."""
    return any(name == place and since <= day for name, since in record.confirming)
