"""The tasks that one commitment joins: a part each, each of another authority, each approved by its own (§2, §5)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from service.inspections import plans
from service.inspections.draws.store import Draw, acts, document, draw_of, newest
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

FIRST = "P1"
"""The part of a draw that joins nothing."""
AGREED = ("names", "rows")
"""What a commitment says once, so that its tasks must say the same."""


class PlannedPart(NamedTuple):
    """A task under the name of its part; ``tickets`` and ``rotation`` place it against the other parts (§5)."""

    part: str
    task: plans.Task
    tickets: str
    rotation: tuple[int, int]

    @property
    def authority(self) -> str:
        """Whose part it is."""
        lead: str = self.task.body["lead"]
        return lead


def joint_of(terms: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """What the terms of a draw say of further tasks: ``task``, ``tickets``, ``rotation``; once kept, ``authority``."""
    said: Sequence[Mapping[str, Any]] = terms.get("joint", ())
    return said


def planned_parts(session: Session, draw: Draw, terms: Mapping[str, Any]) -> list[PlannedPart]:
    """The parts of a draw as its terms join them, in the order of their names.

    A task that was in the draw which this one replaces keeps the name it had there, so that what is owed to a part is
    found in the part of that name (F-CARRIED).

    Raises:
        Problem: ``task_not_found``, ``draw_replaces_differ``.
    """
    asked = [{"task": draw.task, "tickets": "shared", "rotation": [0, 1]}, *joint_of(terms)]
    before = replaced(session, draw, [each["task"] for each in asked])
    known = {} if before is None else tasks_of(session, before)
    names = {task: part for part, task in known.items()}
    free = (name for n in range(1, len(names) + len(asked) + 1) if (name := f"P{n}") not in known)
    found = [
        PlannedPart(
            names.get(each["task"]) or next(free),
            plans.task_of(session, each["task"]),
            each["tickets"],
            (each["rotation"][0], each["rotation"][1]),
        )
        for each in asked
    ]
    return sorted(found, key=lambda each: each.part)


def tasks_of(session: Session, draw: Draw) -> dict[str, str]:
    """The task of each part of a draw, by the part's name in ascending order; the one task before the freeze."""
    frozen = newest(acts(session, draw, "frozen"), "frozen").get("")
    said: Mapping[str, str] = {} if frozen is None else frozen.body.get("tasks", {})
    return dict(sorted(said.items())) or {FIRST: draw.task}


def source_of(number: str, part: str, parts: int) -> str:
    """What the visits of a part are opened under; a draw of one part is named alone."""
    return f"draw:{number}" if parts == 1 else f"draw:{number}/{part}"


def authorities_of(session: Session, draw: Draw) -> dict[str, str]:
    """The authority of each part of a frozen draw; of one that is not frozen there is none."""
    commitment = document(session, draw, "commitment")
    return {} if commitment is None else {part["part"]: part["authority"] for part in commitment["parts"]}


def registers_of(session: Session, draw: Draw) -> list[tuple[str, str]]:
    """The authority and the task of each part of a frozen draw."""
    tasks = tasks_of(session, draw)
    return [(authority, tasks[part]) for part, authority in authorities_of(session, draw).items()]


def replaced(session: Session, draw: Draw, tasks: Sequence[str]) -> Draw | None:
    """The void draw of these tasks that the commitment names; None for the first.

    Raises:
        Problem: ``draw_replaces_differ``: it can name one alone, that of the first task.
    """
    lead, *others = [_last_over(session, task, but=draw.number) for task in tasks]
    for task, found in zip(tasks[1:], others, strict=True):
        if found is not None and (lead is None or found != lead):
            raise Problem("draw_replaces_differ", task=task, draw=found)
    return None if lead is None else draw_of(session, lead)


def joined(session: Session, planned: plans.Task, joint: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The further tasks of the terms, each with its authority, if they can be in one commitment with the first.

    Raises:
        Problem: ``task_not_found``, ``draw_not_random``, ``plan_not_published``, ``draw_part_authority_twice``,
            ``draw_parts_disagree``.
    """
    authorities, found = {planned.body["lead"]}, []
    for place, each in enumerate(joint):
        pointer = f"/joint/{place}/task"
        other = plans.task_of(session, each["task"])
        refuse_undrawable(other, pointer)
        if other.body["lead"] in authorities:
            raise Problem("draw_part_authority_twice", pointer=pointer, authority=other.body["lead"])
        authorities.add(other.body["lead"])
        found.append({**each, "rotation": list(each["rotation"]), "authority": other.body["lead"]})
        for field in AGREED:
            if other.body[field] != planned.body[field]:
                raise Problem("draw_parts_disagree", pointer=pointer, task=other.number, field=field)
    return found


def refuse_unplanned_sources(attempts: Sequence[Mapping[str, Any]], tasks: Sequence[plans.Task]) -> None:
    """Refuse a source that the plan of one of the tasks does not name: who draws may not choose it.

    Raises:
        Problem: ``draw_source_unplanned``.
    """
    for task in tasks:
        planned = {plans.source_named(source) for source in task.body["sources"]}
        for place, attempt in enumerate(attempts):
            for n, source in enumerate(attempt["sources"]):
                kind, name = plans.source_named(source)
                if (kind, name) not in planned:
                    pointer = f"/attempts/{place}/sources/{n}"
                    raise Problem("draw_source_unplanned", pointer=pointer, task=task.number, source=f"{kind} {name}")


def refuse_unseated(session: Session, tasks: Sequence[plans.Task], before: Draw | None) -> None:
    """Refuse tasks of which a partner has no seat in any team and no part of its own: in a joint task each has (§2).

    Who had a part in the void draw ``before`` goes on with it apart, and needs none here.

    Raises:
        Problem: ``draw_partner_without_seat``.
    """
    seated = {seat["authority"] for task in tasks for seat in task.body["seats"]}
    seated.update(task.body["lead"] for task in tasks)
    seated.update(() if before is None else authorities_of(session, before).values())
    for task in tasks:
        for authority in task.body["partners"]:
            if authority not in seated:
                raise Problem("draw_partner_without_seat", pointer="/task", task=task.number, authority=authority)


def freezing_span(session: Session, tasks: Sequence[plans.Task]) -> tuple[datetime, datetime]:
    """From the beginning of the last cut-off day to the end of the earliest first day of visits, the end excluded."""
    spans = []
    for task in tasks:
        zone = ZoneInfo(plans.zone_of(session, task.body["lead"]))
        ends = task.window[0] + timedelta(days=1)
        spans.append((datetime.combine(task.cut_off_day, time(), zone), datetime.combine(ends, time(), zone)))
    return max(start for start, _ in spans), min(end for _, end in spans)


def refuse_missed(session: Session, tasks: Sequence[plans.Task], now: datetime) -> None:
    """Refuse tasks that can be frozen no more.

    Raises:
        Problem: ``draw_outside_cut_off``.
    """
    first, last = freezing_span(session, tasks)
    if now >= last:
        raise Problem("draw_outside_cut_off", first=first.isoformat(), last=last.isoformat())


def refuse_undrawable(planned: plans.Task, pointer: str | None = None) -> None:
    """Refuse a task that no draw is made of.

    Raises:
        Problem: ``draw_not_random``, ``plan_not_published``.
    """
    if planned.body["channel"] != "random":
        raise Problem("draw_not_random", pointer=pointer, task=planned.number, channel=planned.body["channel"])
    if planned.plan.state != "published":
        raise Problem("plan_not_published", pointer=pointer, plan=planned.plan.number, state=planned.plan.state)


def _last_over(session: Session, task: str, *, but: str) -> str | None:
    """The last draw, another than ``but``, that was frozen over a task."""
    return next((number for number in reversed(plans.draws_over(session, task)) if number != but), None)
