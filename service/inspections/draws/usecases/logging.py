"""After the draw: replacements, committed steps and stand-ins, each proposed by one person and approved by another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy.dialects.postgresql import insert

from scoring.sampling import transcript
from scoring.sampling.staffing import unfit_seats
from service import register
from service.inspections import plans
from service.inspections.draws.parts import authorities_of, source_of, tasks_of
from service.inspections.draws.persons import staff_code
from service.inspections.draws.rows import rows_of
from service.inspections.draws.standing import EXTENSION, GONE, REASONS, UNFIT
from service.inspections.draws.store import (
    Document,
    Draw,
    acts,
    add_act,
    add_document,
    draws_numbered,
    enter,
    events,
    newest,
    seconds,
)
from service.inspections.draws.tables import DrawDebt
from service.inspections.draws.usecases.closing import live
from service.inspections.draws.usecases.concluding import give_seats, seed_and_salt_key, standings
from service.inspections.draws.usecases.filing import attach_record, refuse_absent_evidence
from service.platform import Problem, note_override

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.inspections.draws.rows import PartRows
    from service.inspections.draws.standing import Standing
    from service.platform import UnitOfWork


class Recusal(NamedTuple):
    """A request to recuse an inspector from a visit, and why it is granted. ``by``: staff code of who asked."""

    visit: str
    inspector: str
    by: str
    asked_at: str
    request: str
    grounds: str


def propose_event(uow: UnitOfWork, *, draw: str, event: Mapping[str, Any]) -> int:
    """Propose what is to happen after the draw; returns the proposal's number.

    ``event``: kind, part ("" where there is one alone), subject (the drawn entity, or the stratum of an extension),
    seat, reason, evidence; ``leaves`` (None: whoever sits there): the inspector that a stand-in is about. Who comes is
    never chosen: it follows from the draw when another person approves.

    Raises:
        Problem: ``draw_not_found``, ``draw_void``, ``out_of_scope``, ``draw_step_too_early``, ``draw_part_unnamed``,
            ``draw_reason_unknown``, ``draw_evidence_unknown``, ``draw_visit_unknown``, ``draw_seat_of_another``,
            ``draw_reserves_exhausted``, ``draw_step_not_committed``, ``draw_gone_unconfirmed``.
    """
    found = live(uow, draw, anyone=True)
    meant = event.get("leaves")
    event = {**event, "part": event["part"] or _only_part(uow, found), "leaves": ""}
    _refuse_outsider(uow, found, event["part"])
    if not acts(uow.session, found, "dispatched"):
        raise Problem("draw_step_too_early", draw=draw, needs="dispatch")
    if event["reason"] not in REASONS[event["kind"]]:
        raise Problem("draw_reason_unknown", pointer="/reason", reason=event["reason"][:80])
    refuse_absent_evidence(uow, found, event["evidence"])
    facts = _outcome(uow, found, event, *_part(uow, found, event["part"]))
    if event["kind"] == "step_in":
        event["leaves"] = facts["from"]
        if meant not in {None, facts["from"]}:
            said = {"visit": event["subject"], "seat": event["seat"] + 1, "holder": facts["from"] or "—"}
            raise Problem("draw_seat_of_another", pointer="/leaves", inspector=meant, **said)
        if (event["reason"] == EXTENSION) != (facts["from"] == ""):
            raise Problem("draw_reason_unknown", pointer="/reason", reason=event["reason"][:80])
    decided = newest(acts(uow.session, found, "decided"), "decided")
    for act in acts(uow.session, found, "proposed"):
        if dict(act.body) == dict(event) and str(act.id) not in decided:
            return act.id
    return add_act(uow, found, "proposed", body=event)


def decide_event(uow: UnitOfWork, *, draw: str, proposal: int, approved: bool) -> Document | None:
    """Let what was proposed happen, or refuse it; by another person. Returns the event, None where it was refused.

    A proposal is about one inspector, or one drawn entity: once another event has taken it out, nothing is approved.

    Raises:
        Problem: ``draw_not_found``, ``draw_void``, ``draw_proposal_not_found``, ``draw_own_work``,
            ``draw_proposal_overtaken`` and all of ``propose_event``.
    """
    found = live(uow, draw, anyone=True)
    proposed = next((act for act in acts(uow.session, found, "proposed") if act.id == proposal), None)
    _refuse_outsider(uow, found, "" if proposed is None else proposed.body["part"])
    if proposed is None:
        raise Problem("draw_proposal_not_found", draw=draw, proposal=proposal)
    known = newest(acts(uow.session, found, "decided"), "decided").get(str(proposal))
    log = events(uow.session, found)
    if known is not None:
        return log[known.body["n"] - 1] if known.body["n"] else None
    if proposed.person == staff_code(uow.actor):
        raise Problem("draw_own_work", draw=draw)
    if not approved:
        add_act(uow, found, "decided", str(proposal), {"n": 0})
        return None
    rows, standing = _part(uow, found, proposed.body["part"])
    if overtaken(proposed.body, standing):
        was = proposed.body["leaves"] or proposed.body["subject"]
        raise Problem("draw_proposal_overtaken", draw=draw, proposal=proposal, was=was)
    facts = _outcome(uow, found, proposed.body, rows, standing)
    case = _Case(uow, found, rows, standing, {"by": proposed.person, "evidence": proposed.body["evidence"]})
    made = case.write({"kind": proposed.body["kind"], "reason": proposed.body["reason"], **facts})
    add_act(uow, found, "decided", str(proposal), {"n": made["n"]})
    if made["kind"] == "replace":
        case.stand_in_for_unfit(made["to"])
    return made


def recuse(uow: UnitOfWork, *, source: str, entity: str, recusal: Recusal) -> dict[int, str]:
    """Let the next inspector of the order take the seat of one whom the caller recuses; returns who sits where now.

    ``source``: what the visit is opened under; ``entity``: its public key. The request as it was made and granted is
    kept with the draw: it is the evidence of the event. Where the draw has him no more, nothing happens.

    Raises:
        Problem: ``draw_not_found``, ``draw_void``, ``out_of_scope``, ``draw_visit_unknown``, ``draw_own_work``.
    """
    number = source.removeprefix("draw:").partition("/")[0]
    found = live(uow, number, anyone=True)
    tasks = tasks_of(uow.session, found)
    part = next((one for one in tasks if source_of(number, one, len(tasks)) == source), source)
    _refuse_outsider(uow, found, part)
    if recusal.by == staff_code(uow.actor):
        raise Problem("draw_own_work", draw=number)
    rows, standing = _part(uow, found, part)
    code = next((code for code, key in rows.keys.items() if key == entity and code in standing.teams), entity)
    if recusal.inspector in standing.teams.get(code, ()):
        seat = standing.teams[code].index(recusal.inspector)
        facts = _stepping_in(uow, found, {"subject": code, "seat": seat}, rows, standing)
        evidence = attach_record(uow, found, {"type": "recusal", "entity": entity, **recusal._asdict()})
        case = _Case(uow, found, rows, standing, {"by": recusal.by, "evidence": evidence})
        case.write({"kind": "step_in", "reason": "recusal", **facts})
    return {seat: person for seat, person in enumerate(standing.teams.get(code, ())) if person}


def _only_part(uow: UnitOfWork, found: Draw) -> str:
    """The part of a draw that has one.

    Raises:
        Problem: ``draw_part_unnamed``.
    """
    first, *others = tasks_of(uow.session, found)
    if others:
        raise Problem("draw_part_unnamed", pointer="/part", draw=found.number, parts=", ".join((first, *others)))
    return first


def _refuse_outsider(uow: UnitOfWork, found: Draw, part: str) -> None:
    """What happens in a part is for the draw's authority and for that of the part.

    Raises:
        Problem: ``out_of_scope``.
    """
    whose = {found.authority, authorities_of(uow.session, found).get(part, found.authority)}
    if not register.reaches_authority(uow.session, uow.actor, *whose):
        raise Problem("out_of_scope")


class _Case:
    """Events of one decision in one part, written one after the other."""

    def __init__(
        self, uow: UnitOfWork, found: Draw, rows: PartRows, standing: Standing, said: Mapping[str, str]
    ) -> None:
        self._uow = uow
        self._found = found
        self._rows = rows
        self._standing = standing
        self._said = {**said, "approved_by": staff_code(uow.actor), "at": seconds(uow.now)}

    def write(self, facts: Mapping[str, Any]) -> Document:
        """Write, register and follow one event."""
        log = events(self._uow.session, self._found)
        made = transcript.event(
            log[-1] if log else None,
            {"draw": self._found.number, "part": self._standing.part["part"], **self._said, **facts},
        )
        kept = add_document(self._uow, self._found, made)
        enter(self._uow, self._found, "log", kept, by=made["by"], approved_by=made["approved_by"])
        if made["reason"] != UNFIT:
            self._note(made)
        _follow(self._uow, self._found, made, self._rows, self._standing)
        return made

    def _note(self, made: Document) -> None:
        said = {"authority": self._standing.part["authority"], "reason": made["reason"], "proposed_by": made["by"]}
        note_override(self._uow, f"draw_{made['kind']}", self._found.number, **said)

    def stand_in_for_unfit(self, code: str) -> None:
        """At once after a replacement: whoever of the team taken over may not visit this entity (§7.6)."""
        seed, salt_key = seed_and_salt_key(self._uow.session, self._found)
        frozen = self._rows.frozen(salt_key)
        for seat in unfit_seats(self._standing.part, frozen, code, self._standing.teams[code]):
            facts = self._standing.stepping_in(code, seat, frozen, seed)
            self.write({"kind": "step_in", "reason": UNFIT, **facts})


def overtaken(event: Mapping[str, Any], standing: Standing) -> bool:
    """Whether whom a proposal is about was taken out by another event since it was made."""
    if event["kind"] == "extend":
        return False
    team = standing.teams.get(event["subject"])
    return team is None or (event["kind"] == "step_in" and team[event["seat"]] != event["leaves"])


def _outcome(
    uow: UnitOfWork, found: Draw, event: Mapping[str, Any], rows: PartRows, standing: Standing
) -> dict[str, Any]:
    """What the event says, by the order of the draw."""
    if event["kind"] == "replace":
        stratum = next((row.stratum for row in rows.frame if row.code == event["subject"]), "")
        facts = standing.replacement(event["subject"], stratum)
        if event["reason"] in GONE:
            _refuse_unconfirmed(uow, event, rows.keys[event["subject"]], standing)
        return facts
    if event["kind"] == "extend":
        return standing.extension(event["subject"])
    return _stepping_in(uow, found, event, rows, standing)


def _refuse_unconfirmed(uow: UnitOfWork, event: Mapping[str, Any], key: str, standing: Standing) -> None:
    """Refuse a reason that frees an entity for good, unless the register says the same of it (§6).

    Raises:
        Problem: ``draw_gone_unconfirmed``.
    """
    number = register.resolve(uow.session, [key])[key]
    entity = register.facts(uow.session, [number], position=None)[number]
    said = {plans.planning()["exclusions"].get(entity.status)}
    if entity.authority not in plans.reached(uow.session, standing.part["authorities"]):
        said.add("moved")
    if event["reason"] not in said:
        told = {"entity": event["subject"], "reason": event["reason"], "status": entity.status}
        raise Problem("draw_gone_unconfirmed", pointer="/reason", **told)


def _part(uow: UnitOfWork, found: Draw, part: str) -> tuple[PartRows, Standing]:
    """The rows of a part, and where it stands.

    Raises:
        Problem: ``draw_visit_unknown``.
    """
    every = standings(uow.session, found)
    place = next((n for n, each in enumerate(every) if each.part["part"] == part), None)
    if place is None:
        raise Problem("draw_visit_unknown", visit=part[:80])
    return rows_of(uow.session, found)[place], every[place]


def _stepping_in(
    uow: UnitOfWork, found: Draw, event: Mapping[str, Any], rows: PartRows, standing: Standing
) -> dict[str, Any]:
    """What an event says by which the next of the order takes a seat."""
    seed, salt_key = seed_and_salt_key(uow.session, found)
    return standing.stepping_in(event["subject"], event["seat"], rows.frozen(salt_key), seed)


def _follow(uow: UnitOfWork, found: Draw, made: Document, rows: PartRows, standing: Standing) -> None:
    """Seats given by the event count; an entity that was replaced and is still there stays due."""
    standing.follow(made)
    if made["kind"] == "replace":
        give_seats(uow, found, standing.part, rows.keys, {made["to"]: standing.teams[made["to"]]})
        if made["reason"] not in GONE:
            owe(uow, found, standing.part["authority"], [rows.keys[made["from"]]], made["reason"])
    elif made["kind"] == "step_in" and made["to"]:
        seats = ["" if n != made["seat"] else made["to"] for n in range(made["seat"] + 1)]
        give_seats(uow, found, standing.part, rows.keys, {made["subject"]: seats})
    uow.publish("inspections.draw_event", found.number, {"kind": made["kind"], "n": made["n"]})


def owe(uow: UnitOfWork, found: Draw, authority: str, keys: list[str], reason: str) -> None:
    """Write down visits that the next draw of the authority owes; what this draw owes already it owes once."""
    if not keys:
        return
    audit_id = uow.audit("inspections.draw_owes", found.number, {"visits": len(keys)})
    rows = [
        {"draw_id": found.id, "entity": key, "reason": reason, "authority": authority, "audit_id": audit_id}
        for key in sorted(set(keys))
    ]
    uow.session.execute(insert(DrawDebt).on_conflict_do_nothing(), rows)


def owe_visit(uow: UnitOfWork, *, source: str, entity: str, reason: str) -> None:
    """Write down that a visit which a draw sent was called off: who was drawn and not visited stays due.

    ``source``: what the visit was opened under; ``entity``: its public key. What no part of a draw has sent owes
    nothing.
    """
    number = source.removeprefix("draw:").partition("/")[0]
    for found in draws_numbered(uow.session, number):
        tasks, whose = tasks_of(uow.session, found), authorities_of(uow.session, found)
        for part in tasks:
            if source_of(number, part, len(tasks)) == source:
                owe(uow, found, whose[part], [entity], reason)
