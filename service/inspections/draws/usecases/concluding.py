"""From the seed to the public file: result, attest, dispatch, opening (§3.6–3.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.sampling import outcome, transcript
from scoring.sampling.bytes import digest
from service.inspections.draws.kept_secrets import salt_key_of, secret_of
from service.inspections.draws.parts import registers_of
from service.inspections.draws.persons import staff_code
from service.inspections.draws.rows import outcomes_of, rows_of, save_outcomes
from service.inspections.draws.standing import Standing
from service.inspections.draws.store import (
    Document,
    Draw,
    acts,
    add_act,
    add_document,
    document,
    enter,
    enter_elsewhere,
    events,
    needed,
    newest,
)
from service.inspections.draws.tables import DrawSeat
from service.inspections.draws.usecases.closing import live
from service.platform import Beyond, Problem, beyond_scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

    from service.platform import UnitOfWork


def conclude(uow: UnitOfWork, *, draw: str) -> Document:
    """Sample, reserves and teams from the seed; returns the result, which has roots only.

    Raises:
        Problem: ``draw_not_found``, ``draw_void``, ``draw_step_too_early``.
    """
    found = live(uow, draw)
    known = document(uow.session, found, "result")
    if known is not None:
        return known
    commitment = needed(uow.session, found, "commitment")
    entropy = needed(uow.session, found, "entropy")
    seed, salt_key = seed_and_salt_key(uow.session, found)
    rows = rows_of(uow.session, found)
    outcomes = outcome.drawn(commitment, [part.frozen(salt_key) for part in rows], seed)
    made = transcript.result(entropy, outcomes, salt_key)
    save_outcomes(uow, found, outcomes)
    for part, each, kept in zip(commitment["parts"], outcomes, rows, strict=True):
        give_seats(uow, found, part, kept.keys, dict(each.rows["teams"]))
    said = add_document(uow, found, made)
    enter(uow, found, "result", said)
    enter_elsewhere(uow, found, registers_of(uow.session, found), "result", said)
    return made


def attest(uow: UnitOfWork, *, draw: str, custodian: str) -> None:
    """A custodian has run the verifier on the full file and registers that it holds.

    Only the caller who showed the custodian's copy of the secret speaks for the custodian.

    Raises:
        Problem: ``draw_not_found``, ``draw_void``, ``draw_step_too_early``, ``draw_person_unknown``.
    """
    found = live(uow, draw, anyone=True)
    result = needed(uow.session, found, "result")
    shown = newest(acts(uow.session, found, "custody"), "custody").get(custodian)
    if shown is None or shown.person != staff_code(uow.actor):
        raise Problem("draw_person_unknown", draw=draw, person=custodian[:80])
    if custodian not in newest(acts(uow.session, found, "attested"), "attested"):
        add_act(uow, found, "attested", custodian)
        enter(uow, found, "attest", digest(result), by=custodian)


def dispatch(uow: UnitOfWork, *, draw: str) -> None:
    """Send the visits out: from now on each is to be made.

    Raises:
        Problem: ``draw_not_found``, ``draw_void``, ``draw_step_too_early``.
    """
    found = live(uow, draw)
    result = needed(uow.session, found, "result")
    if not acts(uow.session, found, "dispatched"):
        add_act(uow, found, "dispatched")
        short = sum(part["short"] for part in result["parts"])
        uow.publish("inspections.draw_dispatched", draw, {"task": found.task, "short": short})


def open_draw(uow: UnitOfWork, *, draw: str) -> None:
    """Make the public file public, with the secret where the rows are open.

    Raises:
        Problem: ``draw_not_found``, ``draw_void``, ``draw_step_too_early``.
    """
    found = live(uow, draw)
    result = needed(uow.session, found, "result")
    if not acts(uow.session, found, "dispatched"):
        raise Problem("draw_step_too_early", draw=draw, needs="dispatch")
    if not acts(uow.session, found, "opened"):
        add_act(uow, found, "opened")
        enter(uow, found, "open", digest(result))


def seed_and_salt_key(session: Session, found: Draw) -> tuple[bytes, bytes]:
    """The seed of the attempt that gave the value, and the key of the salts.

    Raises:
        Problem: ``draw_step_too_early``.
    """
    entropy = needed(session, found, "entropy")
    used = needed(session, found, "commitment")["attempts"][entropy["attempt"] - 1]["secret"]
    with beyond_scope(session, Beyond.PUBLISHED):
        secret = secret_of(session, found) if used else b""
        salt_key = salt_key_of(session, found)
    return outcome.seed_of(needed(session, found, "closing"), entropy, secret), salt_key


def standings(session: Session, found: Draw) -> list[Standing]:
    """Where the visits of every part stand now.

    Raises:
        Problem: ``draw_step_too_early``.
    """
    parts = needed(session, found, "commitment")["parts"]
    needed(session, found, "result")
    log = events(session, found)
    return [Standing(part, each, log) for part, each in zip(parts, outcomes_of(session, found), strict=True)]


def give_seats(
    uow: UnitOfWork, found: Draw, part: Mapping[str, Any], keys: Mapping[str, str], teams: Mapping[str, Iterable[str]]
) -> None:
    """Count seats towards the load of their year."""
    audit_id = uow.audit("inspections.seats_given", found.number, {"visits": len(teams)})
    year = int(part["window"][0][:4])
    uow.session.add_all(
        DrawSeat(
            draw_id=found.id, year=year, entity=keys[code], code=code, seat=seat, inspector=person, audit_id=audit_id
        )
        for code, ids in sorted(teams.items())
        for seat, person in enumerate(ids)
        if person
    )
    uow.session.flush()
