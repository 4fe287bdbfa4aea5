"""Opening visits: the ledger held, the caps of all departments looked at again, teams checked, visits joined."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select, text

from service import register
from service.inspections.plans import planning, take_seats
from service.inspections.visits.allowance import (
    Supervised,
    held_kinds,
    hold_ledger,
    note_taken,
    supervised,
    taken,
)
from service.inspections.visits.checklist import entries_of, groups
from service.inspections.visits.tables import VisitMergeProposal, VisitRow
from service.inspections.visits.usecases.acting import note
from service.inspections.visits.usecases.joining import join, seat_members
from service.inspections.visits.usecases.method import methods_of
from service.inspections.visits.usecases.teams import check_team
from service.inspections.visits.vocabulary import VisitType, visit_types
from service.platform import Beyond, Problem, beyond_scope, next_number, note_override

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from service.platform import UnitOfWork
    from service.register import EntityFacts, InspectorRow, ItemRow

_SAME = text("""
SELECT coalesce(whole.number, v.number) FROM visit v LEFT JOIN visit whole ON whole.id = v.merged_into
 WHERE v.entity_id = :entity AND v.source = :source
""")


class Team(NamedTuple):
    """Who visits whom: the entity's key, and (staff code, seat) of each member; seat 0 leads.

    ``step``: with which committed step of its draw the entity came; 0: drawn, or no draw.
    """

    key: str
    members: Sequence[tuple[str, int]]
    step: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What visits are opened for. ``source``: ``draw:…``, ``task:…`` or the record behind them, unique per entity."""

    source: str
    series: str
    type: VisitType
    task: str | None
    authority: str
    authorities: tuple[str, ...]
    items: Sequence[ItemRow]
    kinds: frozenset[str]
    method: str
    window: tuple[date, date]
    deadline: date
    reason: str | None = None
    order_id: int | None = None
    only: frozenset[tuple[str, str]] | None = None


class Opened(NamedTuple):
    """What became of a request: numbers of visits opened, joined to others, there before; who was refused and why."""

    opened: Mapping[str, str]
    merged: Mapping[str, str]
    held: Mapping[str, str]
    refused: Mapping[str, Problem]


@dataclass(slots=True)
class _Work:
    """One request while it is worked on."""

    uow: UnitOfWork
    request: Request
    audit_id: int
    roster: Mapping[str, InspectorRow]
    entities: Mapping[str, EntityFacts]
    supervised: Mapping[int, Supervised]
    taken: dict[int, int]
    methods: Mapping[str, str]
    opened: dict[str, str] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)
    refused: dict[str, Problem] = field(default_factory=dict)


def open_requested(uow: UnitOfWork, request: Request, teams: Sequence[Team]) -> Opened:
    """Open the visits of a request; asked again, it answers with the visits that are there.

    Who cannot be visited is told under ``refused`` and the others go on: ``visit_cap_reached``,
    ``visit_cap_needs_reason``, ``visit_without_items``, ``visit_team_too_small``, ``visit_certificate_invalid``,
    ``visit_inspector_unknown``, ``visit_inspector_related``, ``visit_skill_missing``, ``visit_entity_gone``.

    Raises:
        Problem: ``entity_not_found``; nothing is opened.
    """
    entities = _entities(uow, teams)
    year = request.window[0].year
    ids = {facts.id: facts for facts in entities.values()}
    hold_ledger(uow.session, ids, year)
    said = supervised(uow.session, ids, kinds=request.kinds, day=request.window[0])
    work = _Work(
        uow=uow,
        request=request,
        audit_id=uow.next_audit_id(),
        roster={row.code: row for row in register.inspectors(uow.session)},
        entities=entities,
        supervised=said,
        taken=taken(uow.session, ids, year),
        methods=methods_of(
            request.method, request.items, [(one.key, said[entities[one.key].id], one.step) for one in teams]
        ),
    )
    for team in teams:
        _one(work, team)
    note_taken(uow.session, work.taken, year)
    detail = {
        "opened": len(work.opened),
        "merged": len(work.merged),
        "held": len(work.held),
        "refused": sorted(work.refused),
        "type": request.type.code,
    }
    uow.audit("inspections.visits_opened", request.source, detail, number=work.audit_id)
    return Opened(work.opened, work.merged, work.held, work.refused)


def _entities(uow: UnitOfWork, teams: Iterable[Team]) -> dict[str, EntityFacts]:
    keys = [team.key for team in teams]
    numbers = register.resolve(uow.session, keys)
    for key in keys:
        if key not in numbers:
            raise Problem("entity_not_found", key=key[:80])
    known = register.facts(uow.session, list(numbers.values()), position=None)
    return {key: known[number] for key, number in numbers.items()}


def _one(work: _Work, team: Team) -> None:
    entity = work.entities[team.key]
    with beyond_scope(work.uow.session, Beyond.JOINING):
        there = work.uow.session.scalars(_SAME, {"source": work.request.source, "entity": entity.id}).first()
    if there is not None:
        work.held[team.key] = there
        return
    try:
        _open(work, team, entity)
    except Problem as refused:
        work.refused[team.key] = refused


def _open(work: _Work, team: Team, entity: EntityFacts) -> None:
    """Open one visit, or join it to another.

    Raises:
        Problem: why not; nothing was written.
    """
    request = work.request
    kinds = held_kinds(entity, request.window[0])
    lines = [
        row
        for row in entries_of(_fitting(request.items, kinds), kinds)
        if request.only is None or (row["item"], row["entry"]) in request.only
    ]
    if not lines:
        raise Problem("visit_without_items", entity=entity.key)
    if not request.type.of_gone and entity.status in planning()["exclusions"]:
        raise Problem("visit_entity_gone", entity=entity.key, status=entity.status)
    check_team(work.roster, entity.key, team.members, lines, request.window)
    checklist: dict[str, Any] = {"entries": lines}
    with beyond_scope(work.uow.session, Beyond.JOINING):
        others = _overlapping(work, entity)
    for other in others:
        alike = groups(other.checklist) & groups(checklist) and other.method == work.methods[team.key]
        if alike or _of_one_draw(other.source, request.source):
            visit = _insert(work, team, checklist)
            with beyond_scope(work.uow.session, Beyond.JOINING):
                join(work.uow, other, visit, reason=request.reason)
            work.merged[team.key] = other.number
            return
    is_beyond_cap = _permit(work, entity)
    visit = _insert(work, team, checklist)
    if is_beyond_cap:
        said = {"authority": visit.authority, "reason": request.reason or ""}
        note_override(work.uow, "visit_beyond_cap", visit.number, **said)
    work.opened[team.key] = visit.number
    work.uow.session.add_all(
        VisitMergeProposal(visit_id=other.id, other_id=visit.id, audit_id=work.audit_id) for other in others
    )
    work.uow.session.flush()


def _of_one_draw(one: str, other: str) -> bool:
    """Whether two sources are parts of one joint draw (``draw:<number>/<part>``), whose authorities go together."""
    return one.startswith("draw:") and one.partition("/")[0] == other.partition("/")[0]


def _fitting(items: Iterable[ItemRow], kinds: Sequence[str]) -> list[ItemRow]:
    return [item for item in items if set(item.kinds) & set(kinds)]


def _permit(work: _Work, entity: EntityFacts) -> bool:
    """Count the visit against the cap of the entity's tier; returns whether it is one beyond it, with its reason.

    Raises:
        Problem: ``visit_cap_reached``, ``visit_cap_needs_reason``.
    """
    kind, now = work.request.type, work.taken[entity.id]
    if kind.occasion in planning()["uncounted"]:
        return False
    cap = work.supervised[entity.id].cap
    is_beyond = cap is not None and now >= cap
    if is_beyond:
        if kind.over_cap == "refused":
            raise Problem("visit_cap_reached", entity=entity.key, cap=cap, taken=now)
        if not work.request.reason:
            raise Problem("visit_cap_needs_reason", pointer="/reason", entity=entity.key, cap=cap, taken=now)
    work.taken[entity.id] = now + 1
    return is_beyond


def _overlapping(work: _Work, entity: EntityFacts) -> Sequence[VisitRow]:
    """Visits to the same entity that have not begun and share days with this one, where both may be joined."""
    if not work.request.type.merges:
        return ()
    first, last = work.request.window
    joinable = [row.code for row in visit_types().values() if row.merges]
    wanted = select(VisitRow).where(
        VisitRow.entity_id == entity.id,
        VisitRow.state == "dispatched",
        VisitRow.type.in_(joinable),
        VisitRow.first_day <= last,
        VisitRow.last_day >= first,
    )
    return work.uow.session.scalars(wanted.order_by(VisitRow.id).with_for_update()).all()


def _insert(work: _Work, team: Team, checklist: dict[str, Any]) -> VisitRow:
    request, entity = work.request, work.entities[team.key]
    under = work.supervised[entity.id]
    n = next_number(work.uow, f"visit:{request.series}")
    visit = VisitRow(
        number=f"{request.series}-V{n:04d}",
        entity_id=entity.id,
        entity_key=entity.key,
        year=request.window[0].year,
        task=request.task,
        source=request.source,
        type=request.type.code,
        authority=request.authority,
        authorities=request.authorities,
        kind=under.kind,
        tier=under.tier,
        method=work.methods[team.key],
        checklist=checklist,
        first_day=request.window[0],
        last_day=request.window[1],
        deadline=request.deadline,
        reason=request.reason,
        state="dispatched",
        present=(),
        order_id=request.order_id,
        opened_at=work.uow.now,
        audit_id=work.audit_id,
    )
    work.uow.session.add(visit)
    work.uow.session.flush()
    seat_members(work.uow, visit, team.members, work.audit_id)
    if not request.source.startswith("draw:"):  # the draw counts its own
        who = [code for code, _ in team.members]
        take_seats(work.uow, visit=visit.number, year=visit.year, inspectors=who, audit_id=work.audit_id)
    note(work.uow, visit, "dispatched", reason=request.reason, audit_id=work.audit_id)
    return visit
