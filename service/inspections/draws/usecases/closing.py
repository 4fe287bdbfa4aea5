"""Between commitment and beacon: the custodian checks the secret, witnesses reveal, the draw is closed (§3.2–3.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.sampling import transcript
from scoring.sampling.keys import secret_commitment, witness_commitment
from service.inspections.draws.audience import DRAWING
from service.inspections.draws.parts import authorities_of
from service.inspections.draws.persons import staff_code
from service.inspections.draws.store import (
    Document,
    Draw,
    acts,
    add_act,
    add_document,
    document,
    enter,
    held,
    local,
    moment,
    needed,
    newest,
    zone_of,
)
from service.inspections.draws.terms import CLOSED_BEFORE_INSTANT
from service.platform import Problem

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from service.platform import UnitOfWork


def confirm_custody(uow: UnitOfWork, *, draw: str, custodian: str, value: str) -> None:
    """A custodian shows that the copy in their hands opens the committed secret.

    A custodian is of another organisation: neither who draws nor who prepared or approved the draw keeps the copy.

    Raises:
        Problem: ``draw_not_found``, ``draw_void``, ``draw_step_too_early``, ``draw_person_unknown``,
            ``draw_secret_wrong``, ``draw_custodian_within``.
    """
    found = live(uow, draw, anyone=True)
    commitment = needed(uow.session, found, "commitment")
    known = commitment["secret"]
    if custodian not in {each["id"] for secret in known for each in secret["custodians"]}:
        raise Problem("draw_person_unknown", draw=draw, person=custodian[:80])
    if secret_commitment(draw, known[0]["holder"], bytes.fromhex(value)) != known[0]["commitment"]:
        raise Problem("draw_secret_wrong", pointer="/value", draw=draw)
    ours = {found.authority, *authorities_of(uow.session, found).values(), None}
    draws = uow.actor.role in DRAWING and uow.actor.authority in ours
    if draws or staff_code(uow.actor) in {commitment["prepared_by"], commitment["approved_by"]}:
        raise Problem("draw_custodian_within", draw=draw, person=custodian)
    if custodian not in newest(acts(uow.session, found, "custody"), "custody"):
        add_act(uow, found, "custody", custodian)


def reveal(uow: UnitOfWork, *, draw: str, witness: str, value: str) -> None:
    """Take a witness's value, which their commitment proves to be theirs.

    Raises:
        Problem: ``draw_not_found``, ``draw_void``, ``draw_step_too_early``, ``draw_person_unknown``,
            ``draw_witness_wrong``, ``draw_closed``.
    """
    found = live(uow, draw, anyone=True)
    witnesses = {each["id"]: each["commitment"] for each in needed(uow.session, found, "commitment")["witnesses"]}
    if witness not in witnesses:
        raise Problem("draw_person_unknown", draw=draw, person=witness[:80])
    if witness_commitment(draw, witness, bytes.fromhex(value)) != witnesses[witness]:
        raise Problem("draw_witness_wrong", pointer="/value", witness=witness)
    if witness in newest(acts(uow.session, found, "revealed"), "revealed"):
        return
    if document(uow.session, found, "closing") is not None:
        raise Problem("draw_closed", draw=draw)
    add_act(uow, found, "revealed", witness, {"value": value})


def close_draw(uow: UnitOfWork, *, draw: str) -> Document:
    """Close at the committed time, or a little later: what was not revealed by now is missing. Returns the closing.

    Raises:
        Problem: ``draw_not_found``, ``draw_void``, ``draw_step_too_early``, ``draw_too_early``, ``draw_too_late``,
            ``draw_witnesses_missing``, ``draw_custody_missing``.
    """
    found = live(uow, draw)
    known = document(uow.session, found, "closing")
    if known is not None:
        return known
    commitment = needed(uow.session, found, "commitment")
    now = moment(uow, found.authority)
    zone = zone_of(uow.session, found.authority)
    refuse_early(draw, now, commitment["close_at"], zone)
    latest = commitment["attempts"][0]["instant"] - CLOSED_BEFORE_INSTANT
    if now > latest:
        raise Problem("draw_too_late", draw=draw, latest=local(latest, zone))
    revealed = newest(acts(uow.session, found, "revealed"), "revealed")
    if len(revealed) < commitment["witness_min"]:
        raise Problem("draw_witnesses_missing", draw=draw, least=commitment["witness_min"], count=len(revealed))
    custodians = [each for secret in commitment["secret"] for each in secret["custodians"]]
    if custodians and not acts(uow.session, found, "custody"):
        raise Problem("draw_custody_missing", draw=draw)
    values = {name: bytes.fromhex(act.body["value"]) for name, act in revealed.items()}
    made = transcript.closing(commitment, values, now)
    enter(uow, found, "closing", add_document(uow, found, made))
    return made


def live(uow: UnitOfWork, draw: str, *, anyone: bool = False) -> Draw:
    """The draw, held, unless it is void.

    Raises:
        Problem: ``draw_not_found``, ``out_of_scope``, ``draw_void``.
    """
    found = held(uow, draw, anyone=anyone)
    if acts(uow.session, found, "void"):
        raise Problem("draw_void", draw=draw)
    return found


def refuse_early(draw: str, now: int, earliest: int, zone: ZoneInfo) -> None:
    """Refuse a step before its committed time. ``zone``: to tell that time in.

    Raises:
        Problem: ``draw_too_early``.
    """
    if now < earliest:
        raise Problem("draw_too_early", draw=draw, earliest=local(earliest, zone))
