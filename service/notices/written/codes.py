"""Codes with which an entity enters the portal, issued at the counter: a letter tells the entity of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from service import accounts
from service.notices.written.making import make, noticed_entity
from service.notices.written.serving import CODE_ISSUED, held_notice
from service.notices.written.vocabulary import notice_kinds
from service.platform import LANGUAGES, local_day

if TYPE_CHECKING:
    from service.platform import UnitOfWork


def issue_with_notice(uow: UnitOfWork, *, number: str) -> tuple[str, accounts.IssuedCode]:
    """Issue the code that a notice carries when it is served; the key of its entity, and the code.

    Raises:
        Problem: ``notice_not_found``.
    """
    notice = held_notice(uow.session, uow.actor, number)
    return notice.entity_key, accounts.issue_code(uow, subject=notice.entity_key, notice=number)


class CounterCode(NamedTuple):
    """A code that was issued at the counter. ``entity``: its public key; ``notice``: the notice that tells of it."""

    entity: str
    made: accounts.IssuedCode
    notice: str


def issue_at_counter(uow: UnitOfWork, *, key: str, identified: str) -> CounterCode:
    """Issue a code to a visitor, and write to the entity where it is registered that one was issued, and by whom.

    The letter is served by another person than issued the code: whoever pretends to be the entity is found out by it.

    Raises:
        Problem: ``entity_not_found``, ``out_of_scope``.
    """
    entity = noticed_entity(uow, key)
    made = accounts.issue_code(uow, subject=entity.key, identified=identified)
    hand = f"{uow.actor.kind}:{uow.actor.id}"
    called = accounts.names_of_hands(uow.session, {hand}).get(hand)
    issuer = " ".join(one for one in (called, uow.actor.person) if one) or hand
    facts = {
        "issued_on": local_day(uow.now, entity.timezone).isoformat(),
        "issuer": issuer,
        "identified": " ".join(identified.split()),
        "expires_on": local_day(made.expires_at, entity.timezone).isoformat(),
    }
    given = dict.fromkeys(LANGUAGES, facts)
    kinds = sorted(entity.kinds)
    notice = make(uow, notice_kinds()[CODE_ISSUED], entity, given, kinds=kinds, about=made.id, source=None)
    return CounterCode(entity.key, made, notice)
