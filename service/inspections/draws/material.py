"""What a draw is frozen from: the frame of its task on the cut-off day, the roster with its loads, whom to avoid."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from scoring.sampling.rows import Avoid, RosterRow
from scoring.sampling.strata import Exclusion
from service import ratings, register
from service.inspections import plans
from service.inspections.draws.rows import PartRows
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from service.inspections.draws.parts import PlannedPart

LAST_DAY = "9999-12-31"
_NOT_VOID = "NOT EXISTS (SELECT FROM draw_act a WHERE a.draw_id = {draw} AND a.kind = 'void')"
_LOADS = text(f"""
SELECT s.inspector, count(*) FROM draw_seat s
 WHERE s.year = :year AND {_NOT_VOID.format(draw="s.draw_id")} GROUP BY s.inspector
""")  # noqa: S608 the text is all ours
_LAST_TEAMS = text(f"""
SELECT s.entity, s.inspector FROM draw_seat s JOIN (
  SELECT entity, max(draw_id) AS draw_id FROM draw_seat t
   WHERE entity = ANY(:keys) AND {_NOT_VOID.format(draw="t.draw_id")} GROUP BY entity) newest
 USING (entity, draw_id)
""")  # noqa: S608 the text is all ours
_DEBTS = text(f"""
SELECT d.entity, d.id FROM draw_debt d JOIN draw w ON w.id = d.draw_id
 WHERE coalesce(nullif(d.authority, ''), w.authority) = :authority
   AND NOT EXISTS (SELECT FROM draw_carried c WHERE c.debt_id = d.id AND {_NOT_VOID.format(draw="c.draw_id")})
""")  # noqa: S608 the text is all ours


class Material(NamedTuple):
    """What one part is frozen from.

    ``part``: its task and name; ``rows``: of frame and roster; ``debts``: what is owed, by key; ``explained``: how many
    tiers were explained anew.
    """

    part: PlannedPart
    frame: plans.TaskFrame
    rows: PartRows
    debts: Mapping[str, Sequence[int]]
    explained: int


def material_of(session: Session, part: PlannedPart, *, left: Mapping[str, int], shortage_accepted: bool) -> Material:
    """Everything that a part of a draw freezes, as the session's snapshot has it.

    Args:
        session: of one snapshot.
        part: the part with its task.
        left: seats that each inspector may still take in this part, as ``seats_left`` shares them out.
        shortage_accepted: whether it is drawn although something is short.

    Raises:
        Problem: as ``plans.frame_of``; ``draw_roster_empty``, ``draw_seat_unfillable``, ``draw_all_recused``,
            ``draw_short``.
    """
    task = part.task
    holders = _holders(session, task, task.body)
    rated = ratings.tiers_on(session, [holder.id for holder in holders], day=task.cut_off_day)
    debts = _debts(session, part.authority)
    frame = plans.frame_of(session, task, tiers=rated.tiers, carried=debts.keys(), elsewhere=_elsewhere(session, task))
    if not frame.strata:
        raise Problem("frame_empty", task=task.number)
    short = plans.feasibility(session, task, frame=frame, left=left).shortages
    people = plans.eligible(session, task)
    roster = _roster(session, task, people, left)
    avoids = _avoids(session, frame, people, {row.id for row in roster})
    refuse_unstaffed(task.body["seats"], roster, avoids, {row.code for row in frame.rows if row.state == "in"})
    if short and not shortage_accepted:
        raise Problem("draw_short", task=task.number, short=_told(short))
    keys = {code: holder.key for code, holder in frame.holders.items()}
    rows = PartRows(part.part, frame.rows, avoids, roster, keys, frame.tiers)
    return Material(part, frame, rows, debts, rated.explained)


def seats_left(session: Session, tasks: Sequence[plans.Task]) -> list[dict[str, int]]:
    """For each task the seats that every inspector who is eligible for it may still take in the year of its visits.

    The seats of one who is eligible for several of the tasks are shared out among them, the first tasks first.
    """
    people = [plans.eligible(session, task) for task in tasks]
    among = Counter(row.code for rows in people for row in rows)
    served: Counter[str] = Counter()
    found: list[dict[str, int]] = []
    for task, rows in zip(tasks, people, strict=True):
        whole = plans.remaining(rows, loads(session, task.window[0].year))
        found.append({code: _share(seats, among[code], served[code]) for code, seats in whole.items()})
        served.update(whole.keys())
    return found


def _share(seats: int, among: int, place: int) -> int:
    """What of so many seats falls to a place, from 0, among so many places."""
    return (seats + among - 1 - place) // among


def loads(session: Session, year: int) -> Counter[str]:
    """The seats of each inspector in a year, those that were left included, at whatever visit.

    Void draws and visits that were called off before they began count for nothing.
    """
    return Counter(dict(session.execute(_LOADS, {"year": year}).all())) + Counter(plans.seats_taken(session, year))


def refuse_unstaffed(
    seats: Sequence[Mapping[str, Any]],
    roster: Sequence[RosterRow],
    avoids: Mapping[str, Avoid],
    codes: Collection[str],
) -> None:
    """Refuse a roster with which some seat can never be filled, at any visit or at one of them.

    Raises:
        Problem: ``draw_roster_empty``, ``draw_seat_unfillable``, ``draw_all_recused``.
    """
    if not roster:
        raise Problem("draw_roster_empty")
    able = [{row.id for row in roster if _fits(row, seat)} for seat in seats]
    for number, ids in enumerate(able):
        if not ids:
            raise Problem("draw_seat_unfillable", seat=number + 1)
    for code, avoid in avoids.items():
        if code in codes and any(ids <= set(avoid.recused) for ids in able):
            raise Problem("draw_all_recused", entity=code)


def _fits(row: RosterRow, seat: Mapping[str, Any]) -> bool:
    return (not seat["authority"] or row.authority == seat["authority"]) and set(seat["skills"]) <= set(row.skills)


def _holders(session: Session, task: plans.Task, body: Mapping[str, Any]) -> Sequence[register.Holder]:
    return register.holders(
        session,
        kinds=body["kinds"],
        authorities=plans.reached(session, (body["lead"], *body["partners"])),
        regions=body["regions"] or None,
        on=task.cut_off_day,
    )


def _elsewhere(session: Session, task: plans.Task) -> dict[str, Exclusion]:
    """Entities that another task of the plan inspects for one of the same items: named, or all of them."""
    found: dict[str, Exclusion] = {}
    for number, body in plans.plan_view(session, task.plan.number).tasks.items():
        if not set(body["items"]) & set(task.body["items"]):
            continue
        if body["channel"] == "targeted":
            found |= {target["entity"]: Exclusion("targeted", target["basis"]) for target in body["targets"]}
        elif body["channel"] == "full":
            for holder in _holders(session, task, body):
                found.setdefault(holder.key, Exclusion("full_coverage", number))
    return found


def _debts(session: Session, authority: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for entity, debt in session.execute(_DEBTS, {"authority": authority}):
        found.setdefault(entity, []).append(debt)
    return found


def _roster(
    session: Session, task: plans.Task, people: Sequence[register.InspectorRow], left: Mapping[str, int]
) -> list[RosterRow]:
    """Those who are eligible and have seats left."""
    first_day, _ = task.window
    known = loads(session, first_day.year)
    return [
        RosterRow(row.code, row.authority, row.skills, left[row.code], known[row.code], *_span(row, first_day))
        for row in people
        if left[row.code] > 0
    ]


def _span(row: register.InspectorRow, day: date) -> tuple[str, str]:
    """First and last day of the certificates that cover a day."""
    for start, end in row.certified:
        if start <= day and (end is None or day < end):
            last = LAST_DAY if end is None else end.fromordinal(end.toordinal() - 1).isoformat()
            return start.isoformat(), last
    raise AssertionError("only inspectors with a certificate over the window are asked for")


def _avoids(
    session: Session, frame: plans.TaskFrame, people: Iterable[register.InspectorRow], roster: Collection[str]
) -> dict[str, Avoid]:
    """Whom each entity's visit avoids; an entity that avoids nobody is left out."""
    code_of = {holder.key: code for code, holder in frame.holders.items()}
    recused: dict[str, set[str]] = {}
    for row in people:
        for key in row.related:
            if row.code in roster and key in code_of:
                recused.setdefault(code_of[key], set()).add(row.code)
    last: dict[str, set[str]] = {}
    for key, inspector in session.execute(_LAST_TEAMS, {"keys": list(code_of)}):
        if inspector in roster:
            last.setdefault(code_of[key], set()).add(inspector)
    return {
        code: Avoid(tuple(sorted(recused.get(code, ()))), tuple(sorted(last.get(code, ()))))
        for code in recused.keys() | last.keys()
    }


def _told(short: Sequence[Mapping[str, Any]]) -> str:
    """Every shortage in one line: what, how many are needed, how many there are."""
    return "; ".join(
        f"{each['what']} {each.get('stratum', each.get('seat', ''))}".strip() + f" {each['capacity']}/{each['needed']}"
        for each in short
    )
