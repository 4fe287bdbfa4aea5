"""What a proposal is: a worse tier that the evidence gives and that is not in force yet (semantics §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

Outcome: TypeAlias = Literal["confirmed", "rejected", "withdrawn", "in_force", "dropped"]
"""How a proposal ends: by an approver, by other evidence, or as the edition says once its due day is over."""
Status: TypeAlias = Literal["provisional", "rejected", "dropped"]


class Grounds(NamedTuple):
    """The tier in force before a fall, with the score (hundredths) and grade that it came from."""

    score: int | None
    grade: str | None
    tier: str


class Resolution(NamedTuple):
    """The end of a proposal: from which day it holds, and the facts that were known of then."""

    outcome: Outcome
    on: date
    facts: Mapping[str, int]


class Proposal(NamedTuple):
    """A fall that an approver is to confirm or to reject by ``due_on``; ``id`` is None before it is written.

    ``before`` stays in force meanwhile. ``facts``: what counts against the entity, each with its weight.
    ``due_provisional``: no notice has settled the days that lead to the due day.
    """

    id: int | None
    kind: str
    edition: str
    raised_on: date
    due_on: date
    due_provisional: bool
    before: Grounds
    proposed: str
    lapses_to: Literal["in_force", "dropped"]
    facts: Mapping[str, int]
    resolution: Resolution | None = None

    def outcome_on(self, day: date) -> Outcome | None:
        """How it has ended by a day, by a resolution or because its due day is over; None while it is open."""
        if self.resolution is not None and self.resolution.on <= day:
            return self.resolution.outcome
        return self.lapses_to if day > self.due_on else None


class InForce(NamedTuple):
    """What is in force in place of the tier that the evidence gives.

    ``until``: the first day on which that ends by itself; None where a decision keeps it.
    """

    status: Status
    before: Grounds
    proposed: str
    due_on: date
    until: date | None
    proposal: int | None
