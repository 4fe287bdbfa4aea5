"""Codes with which an entity enters the portal, at the counter or with a notice: a letter tells it of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from service import accounts, register
from service.notices.written.making import make, noticed_entity
from service.notices.written.serving import CODE_ISSUED, held_notice
from service.notices.written.vocabulary import notice_kinds
from service.platform import LANGUAGES, Problem, local_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.platform import UnitOfWork
    from service.register import EntityFacts


class CodeWithLetter(NamedTuple):
    """A code that was issued. ``entity``: its public key; ``letter``: the notice that tells the entity of it."""

    entity: str
    made: accounts.IssuedCode
    letter: str


def issue_with_notice(uow: UnitOfWork, *, number: str) -> CodeWithLetter:
    """Issue the code that a notice carries when it is served, and write to the entity as `issue_at_counter` does.

    Whoever issues it could serve the notice himself, and keep the code.

    Raises:
        Problem: ``notice_not_found``, ``notice_carries_no_code``: it is itself the letter that tells of one.
    """
    notice = held_notice(uow.session, uow.actor, number)
    if notice.kind == CODE_ISSUED:
        raise Problem("notice_carries_no_code", number=number)
    entity = register.facts(uow.session, [notice.entity_id], position=None)[notice.entity_id]
    made = accounts.issue_code(uow, subject=notice.entity_key, notice=number)
    grounds = {"zh": f"随告知书 {number} 送达", "en": f"it goes with notice {number}"}
    return CodeWithLetter(notice.entity_key, made, _letter(uow, entity, made, grounds))


def issue_at_counter(uow: UnitOfWork, *, key: str, identified: str) -> CodeWithLetter:
    """Issue a code to a visitor, and write to the entity where it is registered that one was issued, and by whom.

    The letter is served by another person than issued the code: whoever pretends to be the entity is found out by it.

    Raises:
        Problem: ``entity_not_found``, ``out_of_scope``.
    """
    entity = noticed_entity(uow, key)
    made = accounts.issue_code(uow, subject=entity.key, identified=identified)
    grounds = dict.fromkeys(LANGUAGES, " ".join(identified.split()))
    return CodeWithLetter(entity.key, made, _letter(uow, entity, made, grounds))


def _letter(uow: UnitOfWork, entity: EntityFacts, made: accounts.IssuedCode, grounds: Mapping[str, str]) -> str:
    hand = f"{uow.actor.kind}:{uow.actor.id}"
    called = accounts.names_of_hands(uow.session, {hand}).get(hand)
    facts = {
        "issued_on": local_day(uow.now, entity.timezone).isoformat(),
        "issuer": " ".join(one for one in (called, uow.actor.person) if one) or hand,
        "expires_on": local_day(made.expires_at, entity.timezone).isoformat(),
    }
    given = {lang: {**facts, "identified": grounds[lang]} for lang in LANGUAGES}
    kind = notice_kinds()[CODE_ISSUED]
    return make(uow, kind, entity, given, kinds=sorted(entity.kinds), about=made.id, source=None)
