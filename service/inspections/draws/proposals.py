"""What was proposed to happen after a draw, and what became of each proposal: what the other person decides on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.inspections.draws.store import acts, newest
from service.inspections.draws.usecases.concluding import standings
from service.inspections.draws.usecases.logging import overtaken

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from service.inspections.draws.standing import Standing
    from service.inspections.draws.store import Act, Draw

_TOLD = ("kind", "part", "subject", "seat", "leaves", "reason", "evidence")


def proposals(session: Session, draw: Draw) -> list[dict[str, Any]]:
    """The proposals of a draw, oldest first; nobody is asked who may see them.

    ``state``: waiting, approved, refused, or overtaken by another event; ``n``: of the event that it became, or None.
    """
    proposed = acts(session, draw, "proposed")
    if not proposed:
        return []
    decided = newest(acts(session, draw, "decided"), "decided")
    parts = {one.part["part"]: one for one in standings(session, draw)}
    return [_told(act, decided.get(str(act.id)), parts) for act in proposed]


def _told(act: Act, decision: Act | None, parts: Mapping[str, Standing]) -> dict[str, Any]:
    n = None if decision is None else decision.body["n"] or None
    if decision is not None:
        state = "refused" if n is None else "approved"
    else:
        state = "overtaken" if overtaken(act.body, parts[act.body["part"]]) else "waiting"
    told = {name: act.body[name] for name in _TOLD}
    return {
        "proposal": act.id,
        **told,
        "by": act.person,
        "proposed_at": act.taken_at.isoformat(),
        "state": state,
        "n": n,
    }
