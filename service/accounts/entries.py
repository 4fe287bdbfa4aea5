"""By which code somebody entered who acted for an entity, and who issued it, who may be the one that entered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select

from service.accounts.queries import names_of_hands
from service.accounts.sessions import LONGEST
from service.accounts.tables import Account, BrowserSession, VisitorCode
from service.platform import Beyond, beyond_scope

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Actor

_VISITOR: Final = "visitor:"


class Entry(NamedTuple):
    """A code that signed a browser in. ``issued_by``: `kind:id`, ``issuer``: its name, ``person``: the staff code.

    ``same_address``: while it was issued or used, the issuer was signed in from the address from which it was used. A
    terminal at the counter gives the same sign: it is worth a question, and proves nothing.
    """

    code: str
    issued_by: str
    person: str | None
    issuer: str | None
    issued_at: datetime
    used_at: datetime
    notice: str | None
    identified: str | None
    same_address: bool

    def is_of(self, actor: Actor) -> bool:
        """Whether the caller issued the code, by whichever account or token."""
        return self.issued_by in actor.hands or (self.person is not None and self.person == actor.person)


def entries_of(session: Session, hands: Collection[str]) -> dict[str, Entry]:
    """The codes by which those of ``hands`` (`kind:id`) entered that are browsers of entities, by hand."""
    ids = {hand.removeprefix(_VISITOR) for hand in hands if hand.startswith(_VISITOR)}
    if not ids:
        return {}
    joined = select(VisitorCode, BrowserSession.address).join(BrowserSession, BrowserSession.id == VisitorCode.session)
    with beyond_scope(session, Beyond.HANDS):
        rows = session.execute(joined.where(VisitorCode.session.in_(ids))).all()
        names = names_of_hands(session, {code.issued_by for code, _ in rows})
        there = {code.id: _was_there(session, code, address) for code, address in rows if code.used_at is not None}
    return {
        f"{_VISITOR}{code.session}": Entry(
            code.id,
            code.issued_by,
            code.person,
            names.get(code.issued_by),
            code.issued_at,
            code.used_at,
            code.notice,
            code.identified,
            there[code.id],
        )
        for code, _ in rows
        if code.used_at is not None
    }


def issued_by_caller(session: Session, actor: Actor, hands: Collection[str]) -> bool:
    """Whether one of those of ``hands`` entered with a code that the caller issued."""
    return any(entry.is_of(actor) for entry in entries_of(session, hands).values())


def is_issuer(session: Session, actor: Actor, code: str) -> bool:
    """Whether the caller issued a code."""
    with beyond_scope(session, Beyond.HANDS):
        row = session.get(VisitorCode, code)
    return row is not None and (row.issued_by in actor.hands or (row.person is not None and row.person == actor.person))


def _was_there(session: Session, code: VisitorCode, address: str) -> bool:
    """Whether the issuer was signed in from an address between the issue and the use of a code."""
    accounts = select(Account.id).where(
        (Account.id == code.issued_by.removeprefix("account:"))
        | (Account.person.is_not(None) & (Account.person == code.person))
    )
    there = select(BrowserSession.id).where(
        BrowserSession.account_id.in_(accounts),
        BrowserSession.address == address,
        BrowserSession.began_at <= code.used_at,
        BrowserSession.seen_at >= code.issued_at - LONGEST,
    )
    return session.scalars(there.limit(1)).one_or_none() is not None
