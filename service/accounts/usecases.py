"""Issuing and revoking tokens."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from scoring.kernel.codes import CodeError, public_key
from service.accounts.tables import ApiToken
from service.platform import STAFF, Actor, Beyond, Problem, Role, Scope, UnitOfWork, beyond_scope

PREFIX = "xj_"

Registered: TypeAlias = Callable[[Session, Scope, datetime], Scope]
"""Holds a scope against the register, which lies above this room; see `service.register.registered_scope`."""


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token; `token` is told this once and kept nowhere."""

    id: str
    token: str


def issue_token(
    *,
    uow: UnitOfWork,
    registered: Registered,
    role: Role,
    label: str,
    authority: str | None = None,
    regions: Sequence[str] = (),
    subject: str | None = None,
    person: str | None = None,
    expires_at: datetime | None = None,
    sources: Sequence[str] = (),
    places: Sequence[str] = (),
) -> IssuedToken:
    """Issue a token for a role and scope.

    ``person``: staff code of the member of staff who will hold it. ``sources``: the systems under whose names alone it
    will write evidence, closed from then on to every token that does not name them. ``places``: of a partner, those for
    which it speaks, where it shows records or holds them; nobody who does not name them speaks for them from then on.

    Raises:
        Problem: `token_for_public`, `token_for_no_partner`, `token_needs_subject`, `token_subject_malformed`,
            `token_for_no_staff`, `token_expired_already`, `token_outlives_issuer`, `out_of_scope` when the issuer would
            give more than it has (sources and places: anybody but who answers for the whole), and what `registered`
            raises of what is not there.
    """
    if role is Role.PUBLIC:
        raise Problem("token_for_public", pointer="/role")
    if (role is Role.ENTITY) != (subject is not None):
        raise Problem("token_needs_subject", pointer="/subject")
    _refuse_misfit(role, person, sources, places)
    if expires_at is not None and expires_at <= uow.now:
        raise Problem("token_expired_already", pointer="/expires_at")
    refuse_wider(uow.actor, authority, regions)
    _refuse_longer(uow, expires_at)
    wanted = Scope(authority, tuple(regions), None if subject is None else _full_key(subject), tuple(sources))
    _refuse_foreign(uow.actor, sources, places)
    scope = registered(uow.session, wanted, uow.now)
    token_id, token = secrets.token_hex(8), PREFIX + secrets.token_urlsafe(32)
    uow.session.add(
        ApiToken(
            id=token_id,
            hash=digest(token),
            label=label,
            role=role.value,
            authority=scope.authority,
            regions=scope.regions,
            subject=scope.subject,
            person=person,
            sources=scope.sources,
            places=tuple(places),
            created_at=uow.now,
            expires_at=expires_at,
        )
    )
    given = {"role": role.value, "label": label, "authority": authority, "regions": list(scope.regions)}
    named = {"person": person, "sources": list(scope.sources), **({"places": list(places)} if places else {})}
    uow.audit("accounts.token_issued", f"token:{token_id}", {**given, **named})
    return IssuedToken(token_id, token)


def named_sources(session: Session) -> frozenset[str]:
    """The sources that tokens name. One that expired still keeps its source closed; a revoked one does not."""
    named = select(ApiToken.sources).where(ApiToken.sources != (), ApiToken.revoked_at.is_(None))
    with beyond_scope(session, Beyond.SOURCES):
        return frozenset(source for sources in session.scalars(named) for source in sources)


def named_places(session: Session) -> dict[str, datetime]:
    """The places for which partners speak themselves, each with the instant from which some token said so.

    One whose token expired still does, one whose tokens are all revoked no more.
    """
    found: dict[str, datetime] = {}
    held: set[str] = set()
    wanted = select(ApiToken.places, ApiToken.created_at, ApiToken.revoked_at).where(ApiToken.places != ())
    with beyond_scope(session, Beyond.SOURCES):
        rows = session.execute(wanted.order_by(ApiToken.created_at)).all()
    for places, created_at, revoked_at in rows:
        for place in places:
            found.setdefault(place, created_at)
        held.update(places if revoked_at is None else ())
    return {place: since for place, since in found.items() if place in held}


def _full_key(subject: str) -> str:
    try:
        return str(public_key(subject))
    except CodeError as error:
        raise Problem("token_subject_malformed", pointer="/subject", zh=error.zh, en=error.en) from error


def revoke_token(*, uow: UnitOfWork, token_id: str) -> None:
    """Revoke a token, now and for good; a token revoked before stays as it is.

    Raises:
        Problem: `token_unknown`, also where the token lies outside the caller's scope.
    """
    found = uow.session.scalars(select(ApiToken).where(ApiToken.id == token_id).with_for_update()).one_or_none()
    if found is None or not covers(uow.actor, found.authority, found.regions):
        raise Problem("token_unknown")
    if found.revoked_at is None:
        found.revoked_at = uow.now
    uow.audit("accounts.token_revoked", f"token:{token_id}", {})


def digest(token: str) -> bytes:
    """What is stored of a token."""
    return sha256(token.encode()).digest()


def covers(actor: Actor, authority: str | None, regions: Sequence[str]) -> bool:
    """Whether the actor's scope contains a whole scope."""
    if not regions:
        return not actor.regions and actor.may_see(authority, None)
    return all(actor.may_see(authority, region) for region in regions)


def _refuse_misfit(role: Role, person: str | None, sources: Sequence[str], places: Sequence[str]) -> None:
    """Persons and sources are of staff, places of partners."""
    if role not in STAFF and (person is not None or sources):
        raise Problem("token_for_no_staff", pointer="/sources" if person is None else "/person")
    if places and role is not Role.PARTNER:
        raise Problem("token_for_no_partner", pointer="/places")


def _refuse_longer(uow: UnitOfWork, expires_at: datetime | None) -> None:
    """A token that ends cannot make itself a successor that does not."""
    own = uow.session.get(ApiToken, uow.actor.id) if uow.actor.kind == "token" else None
    end = None if own is None else own.expires_at
    if end is not None and (expires_at is None or expires_at > end):
        raise Problem("token_outlives_issuer", pointer="/expires_at", end=end.isoformat())


def _refuse_foreign(actor: Actor, sources: Sequence[str], places: Sequence[str]) -> None:
    """Sources are closed to all authorities, so who answers for the whole gives them; and nobody gives others' away.

    The same holds for places.
    """
    whole = actor.authority is None and not actor.regions
    if places and not whole:
        raise Problem("out_of_scope", pointer="/places")
    if (sources and not whole) or (actor.sources and (not sources or not set(sources) <= set(actor.sources))):
        raise Problem("out_of_scope", pointer="/sources")


def refuse_wider(actor: Actor, authority: str | None, regions: Sequence[str]) -> None:
    """Raise where somebody would give another more than he reaches himself.

    Raises:
        Problem: `out_of_scope`.
    """
    if not covers(actor, authority, regions):
        raise Problem("out_of_scope")
