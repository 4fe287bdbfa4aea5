"""Where a draw stands, what is public of it, and what higher wings need."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.sampling.bytes import digest
from scoring.sampling.verifying import shares
from service import register
from service.inspections import plans
from service.inspections.draws.material import loads
from service.inspections.draws.parts import authorities_of, joint_of, source_of, tasks_of
from service.inspections.draws.rows import rows_of
from service.inspections.draws.store import (
    Act,
    Document,
    Draw,
    acts,
    all_draws,
    changed_at,
    document,
    draw_of,
    events,
    head_of,
    newest,
    steps_taken,
)
from service.inspections.draws.usecases.attempting import attempt_number, entries
from service.inspections.draws.usecases.concluding import seed_and_salt_key, standings
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

PUBLISHED = ("plan", "commitment", "closing", "entropy", "result")
"""Documents that are public from the moment they are made (docs/draw-protocol.md §8)."""


class View(NamedTuple):
    """A draw as everyone may see it.

    ``parts``: part, task, authority and whether that authority has approved, of each; before the freeze as the terms
    have them, without the names that parts get then. ``documents``: digest by type. ``failed``: attempts that failed,
    with reasons.
    """

    draw: Draw
    state: str
    parts: Sequence[Mapping[str, Any]]
    documents: Mapping[str, str]
    witnesses: Sequence[str]
    revealed: Sequence[str]
    custody: Sequence[str]
    attested: Sequence[str]
    failed: Sequence[Mapping[str, Any]]
    entered: int
    secret_produced: bool
    events: int
    void_reason: str | None


class Visit(NamedTuple):
    """One entity to visit: its public key, the code it was drawn under, its team as (inspector, seat from 0)."""

    entity: str
    code: str
    team: tuple[tuple[str, int], ...]


class PartDispatch(NamedTuple):
    """One part of a draw that was dispatched: its visits as they stand after every event, by code.

    ``source``: what its visits are opened under. ``turns``: of each entity, the order in which its tier's verification
    sample is taken (docs/visits.md): the step with which it came (0: drawn), then its share of the ticket. Whoever
    replaces another has the other's turn.
    """

    part: str
    source: str
    task: str
    window: tuple[date, date]
    teams: tuple[Visit, ...]
    turns: Mapping[str, tuple[int, int]]


class Dispatch(NamedTuple):
    """A draw that was dispatched: the visits of its parts as they stand after every event."""

    number: str
    task: str
    parts: tuple[PartDispatch, ...]

    @property
    def window(self) -> tuple[date, date]:
        """The days of its visits, from the first of any part to the last of any."""
        return min(part.window[0] for part in self.parts), max(part.window[1] for part in self.parts)

    @property
    def teams(self) -> tuple[Visit, ...]:
        """The visits of every part."""
        return tuple(visit for part in self.parts for visit in part.teams)


def view_of(session: Session, number: str) -> View:
    """A draw as it stands.

    Raises:
        Problem: ``draw_not_found``.
    """
    draw = draw_of(session, number)
    done = acts(session, draw)
    made = {kind: found for kind in PUBLISHED if (found := document(session, draw, kind)) is not None}
    voided = newest(done, "void").get("")
    return View(
        draw=draw,
        state=_state(made, {act.kind for act in done}),
        parts=_parts(session, draw, done),
        documents={kind: digest(found) for kind, found in made.items()},
        witnesses=sorted(newest(done, "witnessed")),
        revealed=sorted(newest(done, "revealed")),
        custody=sorted(newest(done, "custody")),
        attested=sorted(newest(done, "attested")),
        failed=[{"attempt": int(act.subject), **act.body} for act in done if act.kind == "failed"],
        entered=len({act.person for act in done if act.kind == "entered"}),
        secret_produced="secret" in {act.kind for act in done},
        events=len(events(session, draw)),
        void_reason=None if voided is None else voided.body["reason"],
    )


def _parts(session: Session, draw: Draw, done: Sequence[Act]) -> list[dict[str, Any]]:
    """The parts of a draw, as it is frozen or as its newest terms join them."""
    frozen = authorities_of(session, draw)
    if frozen:
        tasks = tasks_of(session, draw)
        return [
            {"part": part, "task": tasks[part], "authority": authority, "approved": True}
            for part, authority in frozen.items()
        ]
    prepared, approved = newest(done, "prepared")[""], newest(done, "approved")
    said = {task for task, act in approved.items() if act.body == {"prepared": prepared.id}}
    own = {"task": draw.task, "authority": draw.authority}
    return [
        {"part": "", "task": each["task"], "authority": each["authority"], "approved": each["task"] in said}
        for each in (own, *joint_of(prepared.body))
    ]


def _state(made: Collection[str], done: Collection[str]) -> str:
    """The furthest step that was taken."""
    for kind, state in (("void", "void"), ("opened", "opened"), ("dispatched", "dispatched")):
        if kind in done:
            return state
    states = (("result", "concluded"), ("entropy", "entropy"), ("closing", "closed"), ("commitment", "committed"))
    return next((state for kind, state in states if kind in made), "prepared")


def states_of(session: Session, found: Sequence[Draw]) -> list[str]:
    """The furthest step that was taken of each draw."""
    taken = steps_taken(session, found)
    return [_state(*taken[draw.id]) for draw in found]


class ListedDraw(NamedTuple):
    """A draw as a list shows it; ``id``: where its page goes on after it."""

    id: int
    document: Mapping[str, Any]


def listed_draws(
    session: Session, *, authority: str | None, task: str | None, after: int, limit: int, newest_first: bool = False
) -> list[ListedDraw]:
    """Up to so many draws, oldest first, each with its furthest step and when that was taken."""
    rows = all_draws(session, authority=authority, task=task, after=after, limit=limit, newest_first=newest_first)
    states, changed = states_of(session, rows), changed_at(session, rows)
    told = (
        {
            "number": row.number,
            "authority": row.authority,
            "task": row.task,
            "state": state,
            "changed_at": at.isoformat(),
        }
        for row, state, at in zip(rows, states, changed, strict=True)
    )
    return [ListedDraw(row.id, document) for row, document in zip(rows, told, strict=True)]


def preparation_of(session: Session, draw: Draw) -> dict[str, Any]:
    """What a draw is to be frozen with, and who has done what that only staff see; nobody is asked who may see it.

    ``terms`` as they were last written; ``entered_by``: who has entered values of the attempt that counts;
    ``void_asked``: who last asked to give the draw up, and why, or None.
    """
    done = acts(session, draw)
    prepared = newest(done, "prepared")[""]
    asked = newest(done, "void_proposed").get("")
    return {
        "prepared_by": prepared.person,
        "prepared_at": prepared.taken_at.isoformat(),
        "terms": dict(prepared.body),
        "witnesses": [{"id": name, **act.body} for name, act in sorted(newest(done, "witnessed").items())],
        "entered_by": sorted(entries(session, draw, attempt_number(session, draw))),
        "void_asked": None if asked is None else {"by": asked.person, "reason": asked.body["reason"]},
    }


def published(session: Session, number: str, kind: str) -> Document:
    """A document that everyone may read.

    Raises:
        Problem: ``draw_not_found``, ``draw_document_not_found``.
    """
    found = document(session, draw_of(session, number), kind) if kind in PUBLISHED else None
    if found is None:
        raise Problem("draw_document_not_found", draw=number[:80], kind=kind[:40])
    return found


def refuse_unknown_register(session: Session, authority: str) -> None:
    """Whoever mistypes an authority is told so, instead of an empty register; one without draws yet has one.

    Raises:
        Problem: ``draw_register_not_found``.
    """
    if authority not in {row.code for row in register.authorities(session)}:
        raise Problem("draw_register_not_found", authority=authority[:80])


def head_digest(session: Session, authority: str) -> str | None:
    """The head of an authority's register; None before its first entry."""
    head = head_of(session, authority)
    return None if head is None else digest(head)


def written_until(session: Session, authority: str) -> datetime | None:
    """When an authority's register got its last entry: nothing can be entered before that."""
    head = head_of(session, authority)
    return None if head is None else datetime.fromtimestamp(head["at"], UTC)


def visits_of(session: Session, draw: Draw) -> dict[str, list[Visit]]:
    """The entities drawn in each part, with their teams, as they stand now; nobody is asked who may see them.

    Raises:
        Problem: ``draw_step_too_early``.
    """
    found: dict[str, list[Visit]] = {}
    for rows, standing in zip(rows_of(session, draw), standings(session, draw), strict=True):
        mine = found.setdefault(rows.part, [])
        for code, ids in sorted(standing.teams.items()):
            team = tuple((person, seat) for seat, person in enumerate(ids) if person)
            mine.append(Visit(rows.keys[code], code, team))
    return found


def dispatched(session: Session, number: str) -> Dispatch:
    """The visits of a draw that was dispatched.

    Raises:
        Problem: ``draw_not_found``, ``draw_step_too_early``, ``draw_void``.
    """
    draw = draw_of(session, number)
    done = {act.kind for act in acts(session, draw)}
    if "void" in done:
        raise Problem("draw_void", draw=number)
    if "dispatched" not in done:
        raise Problem("draw_step_too_early", draw=number, needs="dispatch")
    visits, tasks, turns = visits_of(session, draw), tasks_of(session, draw), _turns(session, draw)
    parts = [
        PartDispatch(
            part,
            source_of(number, part, len(tasks)),
            task,
            plans.task_of(session, task).window,
            tuple(visits[part]),
            turns[part],
        )
        for part, task in tasks.items()
    ]
    return Dispatch(number, draw.task, tuple(parts))


def _turns(session: Session, draw: Draw) -> dict[str, dict[str, tuple[int, int]]]:
    """The turns of the entities of each part."""
    seed, _ = seed_and_salt_key(session, draw)
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for rows, standing in zip(rows_of(session, draw), standings(session, draw), strict=True):
        share = shares(standing.part, rows.frame, seed)
        mine = found.setdefault(rows.part, {})
        for code in standing.teams:
            place = standing.place_of(code)
            mine[rows.keys[code]] = (standing.came_with.get(place, 0), share[place])
    return found


def load_of_year(session: Session, year: int) -> dict[str, int]:
    """Seats of a year by inspector, those that were left included, those of void draws not."""
    return dict(loads(session, year))
