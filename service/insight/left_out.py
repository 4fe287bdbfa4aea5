"""Who was drawn from a year ago by a like task and is not now: out by which reason, or absent from the frame."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from service.inspections import plans
from service.inspections.draws import frames_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from service.inspections.draws import FramedPart

ABSENT = "absent"
# The tasks of those made before a draw and not void, the newest first.
_EARLIER = text("""
SELECT w.number, said.part, said.task
  FROM draw w JOIN draw n ON n.number = :draw JOIN draw_act a ON a.draw_id = w.id AND a.kind = 'frozen'
 CROSS JOIN LATERAL jsonb_each_text(a.body -> 'tasks') AS said (part, task)
 WHERE w.id < n.id AND NOT EXISTS (SELECT FROM draw_act v WHERE v.draw_id = w.id AND v.kind = 'void')
 ORDER BY w.id DESC, said.part
""")


class LeftOut(NamedTuple):
    """A part against the like part of the year before; ``earlier`` None: there was none.

    ``before``: how many were drawn from then. ``entities``: those of them who are not drawn from now, by public key
    with the reason for which they are out, or ``absent``.
    """

    part: str
    authority: str
    task: str
    earlier: str | None
    before: int
    entities: dict[str, str]


def left_out_of(session: Session, number: str, *, parts: Collection[str] | None = None) -> list[LeftOut]:
    """Every part of a frozen draw, or those named.

    Two parts are alike that have the same authority, items and kinds; a year before is the calendar year before that of
    the cut-off day.

    Raises:
        Problem: ``draw_not_found``, ``draw_step_too_early``.
    """
    told = [part for part in frames_of(session, number) if parts is None or part.part in parts]
    return [_compared(session, number, part) for part in told]


def left_out_document(number: str, found: list[LeftOut], *, rows: bool) -> dict[str, Any]:
    """The report as JSON; ``rows``: with the entities."""
    return {"draw": number, "parts": [_document(one, rows=rows) for one in found]}


def _document(one: LeftOut, *, rows: bool) -> dict[str, Any]:
    counts = Counter(one.entities.values())
    told: dict[str, Any] = {
        **one._asdict(),
        "left_out": len(one.entities),
        "counts": [{"reason": reason, "entities": number} for reason, number in sorted(counts.items())],
    }
    entities = [{"entity": key, "reason": reason} for key, reason in sorted(told.pop("entities").items())]
    return {**told, "entities": entities} if rows else told


def _compared(session: Session, number: str, part: FramedPart) -> LeftOut:
    before = _alike(session, number, part)
    if before is None:
        return LeftOut(part.part, part.authority, part.task, None, 0, {})
    then = {before.keys[row.code] for row in before.frame if row.state == "in"}
    now = {part.keys[row.code]: row for row in part.frame}
    gone = {key: now[key].reason if key in now else ABSENT for key in then if key not in now or now[key].state == "out"}
    return LeftOut(part.part, part.authority, part.task, before.draw, len(then), gone)


def _alike(session: Session, number: str, part: FramedPart) -> FramedPart | None:
    """The newest like part of the year before."""
    authority, items, kinds, year = _asks(session, part.task)
    for earlier, name, task in session.execute(_EARLIER, {"draw": number}).all():
        if _asks(session, task) == (authority, items, kinds, year - 1):
            return next(one for one in frames_of(session, earlier) if one.part == name)
    return None


def _asks(session: Session, number: str) -> tuple[str, frozenset[str], frozenset[str], int]:
    """Whose task it is, of which items and kinds, and the year of its cut-off day."""
    task = plans.task_of(session, number)
    return task.body["lead"], frozenset(task.body["items"]), frozenset(task.body["kinds"]), task.cut_off_day.year
