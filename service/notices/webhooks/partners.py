"""Registering partners: where each is told, of what, for which purpose, and with which secret."""

from __future__ import annotations

import base64
import binascii
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text, update

from service.accounts import covers
from service.notices.webhooks.store import purpose_of
from service.notices.webhooks.tables import WebhookDelivery, WebhookPartner, WebhookSecret
from service.notices.webhooks.terms import terms
from service.notices.webhooks.topics import topics as known_topics
from service.platform import Beyond, Problem, Scope, beyond_scope, encrypt
from service.register import kinds as known_kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.notices.webhooks.networks import Networks
    from service.platform import Actor, UnitOfWork

PREFIX = "whsec_"
_CALM = text("""
UPDATE webhook_delivery SET since = :now, next_at = CASE WHEN next_at < 'infinity' THEN :now ELSE next_at END
 WHERE partner = :code AND state = 'waiting'
""")

_LAST_MESSAGE = text("SELECT coalesce(max(id), 0) FROM outbox")


class IssuedSecret(NamedTuple):
    """A secret, told this once; ``until``: when the ones before it sign no more, None where there were none."""

    code: str
    secret: str
    until: datetime | None = None


def register_partner(
    *,
    uow: UnitOfWork,
    networks: Networks,
    registered: Callable[[Session, Scope, datetime], Scope],
    code: str,
    name: str,
    url: str,
    topics: Sequence[str],
    purpose: str,
    authority: str | None = None,
    regions: Sequence[str] = (),
    kinds: Sequence[str] = (),
    tiers: Sequence[str] = (),
    secret: str | None = None,
) -> IssuedSecret:
    """Register a partner; it is told what is recorded from now on.

    ``secret``: one that the partner has chosen, as ``whsec_`` and base64; we make one where it is None.

    Raises:
        Problem: ``webhook_partner_taken``, ``out_of_scope``, ``webhook_topic_unknown``, ``webhook_kind_unknown``,
            ``webhook_secret_malformed``, ``webhook_secret_short``, ``encryption_key_missing``, as
            ``Networks.checked_url`` and what ``registered`` raises.
    """
    checked = networks.checked_url(url)
    scope = _scope(uow, registered, authority, regions)
    _refuse_unknown(uow.session, topics, kinds)
    with beyond_scope(uow.session, Beyond.ONCE):
        is_taken = uow.session.get(WebhookPartner, code) is not None
    if is_taken:
        raise Problem("webhook_partner_taken", pointer="/code", partner=code)
    told = {"url": checked, "topics": list(topics), "purpose": purpose, "kinds": list(kinds), "tiers": list(tiers)}
    audit_id = uow.audit(
        "notices.partner_registered",
        f"webhook:{code}",
        {"name": name, **told, "authority": scope.authority, "regions": list(scope.regions)},
    )
    uow.session.add(
        WebhookPartner(
            code=code,
            name=name,
            url=checked,
            topics=tuple(topics),
            authority=scope.authority,
            regions=scope.regions,
            kinds=tuple(kinds),
            tiers=tuple(tiers),
            purpose=purpose,
            state="active",
            since=uow.now,
            after_message=uow.session.execute(_LAST_MESSAGE).scalar_one(),
            audit_id=audit_id,
        )
    )
    uow.session.flush()
    return _new_secret(uow, code, secret, audit_id)


def change_partner(
    *,
    uow: UnitOfWork,
    networks: Networks,
    registered: Callable[[Session, Scope, datetime], Scope],
    code: str,
    changes: dict[str, Any],
) -> None:
    """Change what was registered; what is not named stays. It holds for messages from now on.

    Raises:
        Problem: as ``register_partner``, ``webhook_partner_unknown``, ``webhook_partner_ended``.
    """
    given = dict(changes)
    if "url" in given:
        given["url"] = networks.checked_url(given["url"])
    found = held_partner(uow, code)
    if given.keys() & {"authority", "regions"}:
        scope = _scope(uow, registered, given.get("authority", found.authority), given.get("regions", found.regions))
        given |= {"authority": scope.authority, "regions": scope.regions}
    _refuse_unknown(uow.session, given.get("topics", ()), given.get("kinds", ()))
    told = {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}
    found.audit_id = uow.audit("notices.partner_changed", f"webhook:{code}", told)
    for name, value in given.items():
        setattr(found, name, tuple(value) if isinstance(value, list) else value)


def rotate_secret(
    *, uow: UnitOfWork, code: str, overlap_hours: int | None = None, secret: str | None = None
) -> IssuedSecret:
    """Give a partner a new secret; until the overlap is over messages bear the signatures of both.

    Raises:
        Problem: ``webhook_partner_unknown``, ``webhook_partner_ended``, ``webhook_secret_malformed``,
            ``webhook_secret_short``, ``webhook_overlap_too_long``, ``encryption_key_missing``.
    """
    hours = terms()["overlap_hours"]
    wanted = hours["usual"] if overlap_hours is None else overlap_hours
    if not hours["least"] <= wanted <= hours["most"]:
        raise Problem("webhook_overlap_too_long", pointer="/overlap_hours", least=hours["least"], most=hours["most"])
    found = held_partner(uow, code)
    until = uow.now + timedelta(hours=wanted)
    older = update(WebhookSecret).where(
        WebhookSecret.partner == code, (WebhookSecret.until.is_(None)) | (WebhookSecret.until > until)
    )
    uow.session.execute(older.values(until=until))
    found.audit_id = uow.audit("notices.secret_rotated", f"webhook:{code}", {"until": until.isoformat()})
    return _new_secret(uow, code, secret, found.audit_id)._replace(until=until)


def pause_partner(*, uow: UnitOfWork, code: str, reason: str) -> None:
    """Tell a partner nothing for a while; what it is to be told waits.

    Raises:
        Problem: ``webhook_partner_unknown``, ``webhook_partner_ended``.
    """
    _move(uow, code, "paused", reason)


def resume_partner(*, uow: UnitOfWork, code: str, reason: str) -> None:
    """Go on with a partner; the days after which messages are given up begin anew.

    Raises:
        Problem: ``webhook_partner_unknown``, ``webhook_partner_ended``.
    """
    _move(uow, code, "active", reason)
    uow.session.execute(_CALM, {"code": code, "now": uow.now})


def end_partner(*, uow: UnitOfWork, code: str, reason: str) -> None:
    """Tell a partner nothing any more, for good; what waits for it is dropped.

    Raises:
        Problem: ``webhook_partner_unknown``, ``webhook_partner_ended``.
    """
    _move(uow, code, "ended", reason)
    waiting = update(WebhookDelivery).where(WebhookDelivery.partner == code, WebhookDelivery.state == "waiting")
    uow.session.execute(waiting.values(state="dropped", ended_at=uow.now))


def held_partner(uow: UnitOfWork, code: str, *, ended: bool = False) -> WebhookPartner:
    """A partner within the caller's scope, locked; ``ended``: also one that has ended.

    Raises:
        Problem: ``webhook_partner_unknown``, ``webhook_partner_ended``.
    """
    found = uow.session.get(WebhookPartner, code, with_for_update=True)
    if found is None or not within(uow.actor, found):
        raise Problem("webhook_partner_unknown", partner=code)
    if found.state == "ended" and not ended:
        raise Problem("webhook_partner_ended", partner=code)
    return found


def within(actor: Actor, partner: WebhookPartner) -> bool:
    """Whether a partner lies within the caller's scope."""
    return covers(actor, partner.authority, partner.regions)


def _move(uow: UnitOfWork, code: str, state: str, reason: str) -> None:
    found = held_partner(uow, code)
    found.state = state
    found.audit_id = uow.audit(f"notices.partner_{state}", f"webhook:{code}", {"reason": reason})


def _scope(
    uow: UnitOfWork,
    registered: Callable[[Session, Scope, datetime], Scope],
    authority: str | None,
    regions: Sequence[str],
) -> Scope:
    scope = registered(uow.session, Scope(authority, tuple(regions)), uow.now)
    if not covers(uow.actor, scope.authority, scope.regions):
        raise Problem("out_of_scope")
    return scope


def _refuse_unknown(session: Session, topics: Sequence[str], kinds: Sequence[str]) -> None:
    for place, topic in enumerate(topics):
        if topic not in known_topics():
            raise Problem("webhook_topic_unknown", pointer=f"/topics/{place}", topic=topic)
    known = {row.code for row in known_kinds(session)} if kinds else set()
    for place, kind in enumerate(kinds):
        if kind not in known:
            raise Problem("webhook_kind_unknown", pointer=f"/kinds/{place}", kind=kind)


def _new_secret(uow: UnitOfWork, code: str, chosen: str | None, audit_id: int) -> IssuedSecret:
    raw = secrets.token_bytes(terms()["secret_bytes"]["made"]) if chosen is None else _chosen(chosen)
    ciphertext = encrypt(raw, purpose_of(code))
    row = WebhookSecret(partner=code, ciphertext=ciphertext, since=uow.now, until=None, audit_id=audit_id)
    uow.session.add(row)
    return IssuedSecret(code, PREFIX + base64.b64encode(raw).decode())


def _chosen(secret: str) -> bytes:
    bounds = terms()["secret_bytes"]
    try:
        raw = base64.b64decode(secret.removeprefix(PREFIX), validate=True) if secret.startswith(PREFIX) else None
    except (binascii.Error, ValueError):
        raw = None
    if raw is None:
        raise Problem("webhook_secret_malformed", pointer="/secret")
    if not bounds["least"] <= len(raw) <= bounds["most"]:
        raise Problem("webhook_secret_short", pointer="/secret", count=len(raw), **bounds)
    return raw
