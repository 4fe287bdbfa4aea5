"""What those who send inspectors may decide of a visit as it stands: one table for the acts and for who looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from service.inspections.visits.tables import UNDER_WAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.inspections.visits.queries import VisitView

BEFORE_RECORD: Final = ("dispatched", *UNDER_WAY)
STATES_FOR: Final[Mapping[str, tuple[str, ...]]] = {
    "audit": ("signed",),
    "publication": ("audited",),
    "register_proposal": ("audited", "published"),
    "cancellation": BEFORE_RECORD,
    "merge": ("dispatched",),
    "closure": ("audited", "published"),
    "recusal": BEFORE_RECORD,
}
"""The states of a visit in which each is decided; a ``closure`` is that of its order to correct."""
CANCELLED_WITHIN: Final = ("dispatched",)
"""The states of a visit that another was joined to in which that other is called off: one that has begun is one."""


def open_decisions(view: VisitView) -> list[str]:
    """What waits to be decided of a visit, or may be, by the names of ``STATES_FOR``."""
    there = {name for name, states in STATES_FOR.items() if view.visit.state in states}
    if view.whole_state in CANCELLED_WITHIN:
        there.add("cancellation")
    proposal = view.register_proposal
    if proposal is None or proposal.accepted is not None:
        there.discard("register_proposal")
    if not view.merges:
        there.discard("merge")
    if not view.open_orders:
        there.discard("closure")
    return [name for name in STATES_FOR if name in there]
