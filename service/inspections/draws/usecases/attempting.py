"""The beacon's value, the secret that is opened to it, and what follows when either will never come (§3.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.sampling import transcript
from scoring.sampling.keys import secret_commitment
from service.inspections.draws.kept_secrets import salt_key_of, secret_of
from service.inspections.draws.persons import staff_code
from service.inspections.draws.store import (
    Document,
    Draw,
    acts,
    add_act,
    add_document,
    document,
    enter,
    needed,
    seconds,
    zone_of,
)
from service.inspections.draws.terms import DRAND, refuse_values
from service.inspections.draws.usecases.closing import live, refuse_early
from service.inspections.draws.usecases.filing import refuse_absent_evidence
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy.orm import Session

    from service.platform import UnitOfWork

PERSONS_WHERE_TYPED = 2


def enter_values(uow: UnitOfWork, *, draw: str, values: Sequence[Mapping[str, Any]]) -> Document | None:
    """Enter the values of the attempt's sources. Numbers are entered by two persons, each on their own.

    Returns:
        The entropy; None while another person's entry, or the secret, is still to come.

    Raises:
        Problem: ``draw_not_found``, ``draw_void``, ``draw_step_too_early``, ``draw_too_early``, ``draw_value_wrong``,
            ``draw_value_unverified``, ``draw_numbers_differ``, ``draw_value_known``.
    """
    found = live(uow, draw)
    known = document(uow.session, found, "entropy")
    said = [dict(value) for value in values]
    if known is not None:
        if known["values"] != said:
            raise Problem("draw_value_known", draw=draw)
        return known
    commitment = needed(uow.session, found, "commitment")
    needed(uow.session, found, "closing")
    number = attempt_number(uow.session, found)
    attempt = commitment["attempts"][number - 1]
    refuse_early(draw, seconds(uow.now), attempt["instant"], zone_of(uow.session, found.authority))
    refuse_values(said, attempt["sources"])
    others = entries(uow.session, found, number)
    mine = others.pop(staff_code(uow.actor), None)
    if any(each["values"] != said for each in others.values()):
        raise Problem("draw_numbers_differ", draw=draw)
    if mine is None or mine["values"] != said:
        add_act(uow, found, "entered", str(number), {"at": seconds(uow.now), "values": said})
    return _settled(uow, found, commitment)


def produce_secret(uow: UnitOfWork, *, draw: str, value: str | None) -> Document | None:
    """Open the secret after the attempt's instant: the holder's, as stored, or ``value`` out of a custodian's hands.

    Returns:
        The entropy, if its values are in; else None.

    Raises:
        Problem: ``draw_not_found``, ``draw_void``, ``draw_step_too_early``, ``draw_too_early``,
            ``draw_secret_not_used``, ``draw_secret_wrong``.
    """
    found = live(uow, draw, anyone=value is not None)
    commitment = needed(uow.session, found, "commitment")
    attempt = commitment["attempts"][attempt_number(uow.session, found) - 1]
    if not attempt["secret"]:
        raise Problem("draw_secret_not_used", draw=draw)
    refuse_early(draw, seconds(uow.now), attempt["instant"], zone_of(uow.session, found.authority))
    secret = secret_of(uow.session, found) if value is None else bytes.fromhex(value)
    committed = commitment["secret"][0]
    if secret_commitment(draw, committed["holder"], secret) != committed["commitment"]:
        raise Problem("draw_secret_wrong", pointer="/value", draw=draw)
    if not acts(uow.session, found, "secret"):
        add_act(uow, found, "secret")
    return document(uow.session, found, "entropy") or _settled(uow, found, commitment)


def note_failure(uow: UnitOfWork, *, draw: str, reason: str, evidence: str) -> int:
    """Record that the current attempt has failed as the next one's ``when`` says; returns the number of the next.

    What is there has not failed: whoever has seen where an attempt leads does not choose the next one instead.

    Raises:
        Problem: ``draw_not_found``, ``draw_void``, ``draw_step_too_early``, ``draw_too_early``, ``draw_value_known``,
            ``draw_no_next_attempt``, ``draw_evidence_unknown``, and as ``refuse_not_failed``.
    """
    found = live(uow, draw)
    commitment = needed(uow.session, found, "commitment")
    needed(uow.session, found, "closing")
    failed = acts(uow.session, found, "failed")
    body = {"reason": reason, "evidence": evidence}
    if failed and dict(failed[-1].body) == body:
        return len(failed) + 1
    if document(uow.session, found, "entropy") is not None:
        raise Problem("draw_value_known", draw=draw)
    refuse_absent_evidence(uow, found, evidence)
    number = len(failed) + 1
    following = commitment["attempts"][number:]
    if not following or following[0]["when"] != reason:
        raise Problem("draw_no_next_attempt", draw=draw, reason=reason)
    missing = reason == "secret_missing"
    attempt = commitment["attempts"][number - 1]
    earliest = attempt["deadline"] if missing else attempt["instant"]
    refuse_early(draw, seconds(uow.now), earliest, zone_of(uow.session, found.authority))
    if missing:
        salt_key_of(uow.session, found)  # a key that opens nothing at all is to be found again: nothing was lost
    refuse_not_failed(uow.session, found, reason)
    add_act(uow, found, "failed", str(number), body)
    uow.publish("inspections.draw_attempt_failed", draw, {"attempt": number, **body})
    return number + 1


def refuse_not_failed(session: Session, found: Draw, reason: str) -> None:
    """Refuse to call missing a secret that was produced or that is stored here, or absent a source that has spoken.

    Raises:
        Problem: ``draw_secret_not_used``, ``draw_secret_known``, ``draw_secret_at_hand``, ``draw_value_entered``.
    """
    number = attempt_number(session, found)
    attempt = needed(session, found, "commitment")["attempts"][number - 1]
    if reason == "source_absent":
        known = entries(session, found, number)
        if _suffice(attempt, known):
            raise Problem("draw_value_entered", draw=found.number, attempt=number, person=", ".join(known))
    elif not attempt["secret"]:
        raise Problem("draw_secret_not_used", draw=found.number)
    elif acts(session, found, "secret"):
        raise Problem("draw_secret_known", draw=found.number)
    elif _at_hand(session, found):
        raise Problem("draw_secret_at_hand", draw=found.number)


def _at_hand(session: Session, found: Draw) -> bool:
    """Whether the committed secret can be opened out of what is stored."""
    try:
        secret = secret_of(session, found)
    except Problem:
        return False
    return any(
        secret_commitment(found.number, each["holder"], secret) == each["commitment"]
        for each in needed(session, found, "commitment")["secret"]
    )


def attempt_number(session: Session, draw: Draw) -> int:
    """The attempt that counts now, from 1."""
    return len(acts(session, draw, "failed")) + 1


def entries(session: Session, draw: Draw, attempt: int) -> dict[str, dict[str, Any]]:
    """What each person entered last for an attempt: ``{by, at, values}`` by staff code, in the order of entering."""
    found: dict[str, dict[str, Any]] = {}
    for act in acts(session, draw, "entered"):
        if act.subject == str(attempt):
            found.pop(act.person, None)
            found[act.person] = {"by": act.person, **act.body}
    return found


def _suffice(attempt: Mapping[str, Any], entered: Collection[object]) -> bool:
    """Whether enough persons have entered the values of an attempt: two where numbers are typed."""
    typed = any(source["kind"] != DRAND for source in attempt["sources"])
    return len(entered) >= (PERSONS_WHERE_TYPED if typed else 1)


def _settled(uow: UnitOfWork, found: Draw, commitment: Document) -> Document | None:
    """The entropy, stored and registered, once everything that it takes is there."""
    number = attempt_number(uow.session, found)
    attempt = commitment["attempts"][number - 1]
    entered = list(entries(uow.session, found, number).values())
    if not _suffice(attempt, entered):
        return None
    if attempt["secret"] and not acts(uow.session, found, "secret"):
        return None
    failed = [{"attempt": int(act.subject), **act.body} for act in acts(uow.session, found, "failed")]
    closing = needed(uow.session, found, "closing")
    made = transcript.entropy(closing, entered, number, failed)
    enter(uow, found, "entropy", add_document(uow, found, made), by=entered[-1]["by"])
    return made
