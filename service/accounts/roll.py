"""The accounts of members of staff as an administrator is told of them: how each stands, never a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from service.accounts.people import accounts_within, folded, is_own
from service.accounts.tables import Account, BrowserSession, LinkedIdentity, SecondFactor
from service.accounts.usecases import covers
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Actor


class ToldAccount(NamedTuple):
    """An account; `state`: `open`, `closed` for a while after wrong tries, `locked` by an administrator, `ended`."""

    login: str
    name: str
    role: str
    authority: str | None
    regions: tuple[str, ...]
    person: str | None
    state: str
    closed_until: datetime | None
    must_change: bool
    password_until: datetime | None
    second_factor: bool
    signed_in_at: datetime | None
    created_at: datetime
    ended_at: datetime | None
    identities: Sequence[LinkedIdentity]
    own: bool


def accounts_told(session: Session, actor: Actor, now: datetime, *, ended: bool) -> list[ToldAccount]:
    """The accounts inside the caller's scope, by login; ``ended``: with those that ended."""
    rows = [one for one in accounts_within(session, actor) if ended or one.ended_at is None]
    return _told(session, actor, now, rows)


def account_told(session: Session, actor: Actor, now: datetime, login: str) -> ToldAccount:
    """One account.

    Raises:
        Problem: `account_unknown`, also where it lies outside the caller's scope.
    """
    found = session.scalars(select(Account).where(Account.login == folded(login))).one_or_none()
    if found is None or not covers(actor, found.authority, found.regions):
        raise Problem("account_unknown", login=login[:80])
    (told,) = _told(session, actor, now, [found])
    return told


def _told(session: Session, actor: Actor, now: datetime, rows: Sequence[Account]) -> list[ToldAccount]:
    ids = [one.id for one in rows]
    confirmed = (SecondFactor.account_id.in_(ids), SecondFactor.confirmed_at.is_not(None))
    factors = set(session.scalars(select(SecondFactor.account_id).where(*confirmed)))
    last = select(BrowserSession.account_id, func.max(BrowserSession.began_at)).group_by(BrowserSession.account_id)
    seen = {str(id_): at for id_, at in session.execute(last.where(BrowserSession.account_id.in_(ids)))}
    linked: dict[str, list[LinkedIdentity]] = {}
    order = select(LinkedIdentity).where(LinkedIdentity.account_id.in_(ids)).order_by(LinkedIdentity.issuer)
    for identity in session.scalars(order):
        linked.setdefault(identity.account_id, []).append(identity)
    return [
        ToldAccount(
            one.login,
            one.name,
            one.role,
            one.authority,
            one.regions,
            one.person,
            _state(one, now),
            one.locked_until if _state(one, now) == "closed" else None,
            one.must_change,
            one.password_until,
            one.id in factors,
            seen.get(one.id),
            one.created_at,
            one.ended_at,
            linked.get(one.id, []),
            is_own(actor, one),
        )
        for one in rows
    ]


def _state(account: Account, now: datetime) -> str:
    if account.ended_at is not None:
        return "ended"
    if account.locked_at is not None:
        return "locked"
    return "closed" if account.locked_until is not None and now < account.locked_until else "open"
