"""What members of staff are called, by what stands for them in records: a staff code, or the account or token used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select

from service.accounts.tables import Account, ApiToken
from service.platform import Beyond, beyond_scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import InstrumentedAttribute, Session


KINDS: Final[Mapping[type[Account | ApiToken], str]] = {Account: "account", ApiToken: "token"}


def names_of_staff(session: Session, said: Iterable[str]) -> dict[str, str]:
    """Names by what was said: ``account:ID``, ``token:ID``, either as documents of a draw write it, or a staff code.

    Whom nobody knows is left out. An account goes by its name, a token by its label; of a person with several the
    newest account tells, and a token only where there is no account.
    """
    wanted = {one: _hand(one) for one in said}
    with beyond_scope(session, Beyond.HANDS):
        known = _known(session, ApiToken, ApiToken.label, wanted) | _known(session, Account, Account.name, wanted)
    return {one: known[hand] for one, hand in wanted.items() if hand in known}


def _hand(said: str) -> tuple[str, str]:
    """Kind and id: what stands behind ``ACCOUNT-2C…`` in a document is ``account:2c…``."""
    for table in (Account, ApiToken):
        kind = KINDS[table]
        for prefix in (f"{kind}:", f"{kind}-".upper()):
            if said.startswith(prefix):
                return kind, said.removeprefix(prefix).lower()
    return "person", said


def _known(
    session: Session,
    table: type[Account | ApiToken],
    name: InstrumentedAttribute[str],
    wanted: Mapping[str, tuple[str, str]],
) -> dict[tuple[str, str], str]:
    kind = KINDS[table]
    ids = [id_ for found, id_ in wanted.values() if found == kind]
    codes = [code for found, code in wanted.values() if found == "person"]
    statement = select(table.id, table.person, name).where(or_(table.id.in_(ids), table.person.in_(codes)))
    named: dict[tuple[str, str], str] = {}
    for id_, person, called in session.execute(statement.order_by(table.created_at)):
        named[kind, id_] = called
        if person is not None:
            named["person", person] = called
    return named
