"""Kinds, regions and authorities of one's own: entered, and changed where a change harms nothing that rests on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from sqlalchemy import select, text

from service.platform import Problem
from service.register.queries import authorities_below
from service.register.storing import load_catalogue
from service.register.tables import Authority, EntityKind, Region, SupervisionDomain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from service.platform import UnitOfWork

_UTC = "UTC"
"""The one zone without a place; others are named Area/City. `localtime` and `Factory` say something else elsewhere."""


def enter_authority(
    uow: UnitOfWork, *, code: str, names: Mapping[str, str], region: str, timezone: str, parent: str | None = None
) -> None:
    """Enter an authority that does not ship; its time zone (IANA) decides what "today" is for its entities.

    Raises:
        Problem: ``authority_exists``, and as ``put_authority``.
    """
    _begin(uow)
    if uow.session.scalars(select(Authority.id).where(Authority.code == code)).one_or_none() is not None:
        raise Problem("authority_exists", pointer="/code", authority=code)
    put_authority(uow, code=code, names=names, region=region, timezone=timezone, parent=parent)


def put_authority(
    uow: UnitOfWork, *, code: str, names: Mapping[str, str], region: str, timezone: str, parent: str | None
) -> bool:
    """Enter an authority, or change its names, region or parent; returns whether anything changed.

    Raises:
        Problem: ``authority_timezone_unknown``, ``authority_timezone_fixed``, ``entity_region_unknown``,
            ``entity_authority_unknown`` (the parent), ``authority_parent_cycle``, ``out_of_scope``.
    """
    _begin(uow)
    known = load_catalogue(uow.session, uow.now)
    if timezone not in available_timezones() or not (timezone == _UTC or "/" in timezone):
        raise Problem("authority_timezone_unknown", pointer="/timezone", timezone=timezone)
    if region not in known.regions:
        raise Problem("entity_region_unknown", pointer="/region", region=region)
    if parent is not None and parent != code and parent not in known.today:
        raise Problem("entity_authority_unknown", pointer="/parent", authority=parent)
    if parent is not None and parent in {code, *authorities_below(uow.session, code)}:
        raise Problem("authority_parent_cycle", pointer="/parent", authority=parent)
    held = uow.session.scalars(select(Authority).filter_by(code=code)).one_or_none()
    if held is not None and held.timezone != timezone:  # days already told by it would be other days
        raise Problem("authority_timezone_fixed", pointer="/timezone", timezone=held.timezone)
    said = {"names": dict(names), "region": region, "timezone": timezone, "parent": parent}
    return _put(uow, "authority", code, held=held, new=Authority(code=code), said=said)


def put_kind(
    uow: UnitOfWork,
    *,
    code: str,
    names: Mapping[str, str],
    domain: str,
    origin: str,
    basis: Mapping[str, str] | None = None,
    domain_names: Mapping[str, str] | None = None,
) -> bool:
    """Enter a kind, or change its names, origin or basis; returns whether anything changed.

    ``origin``: ``official`` (named by a rule in force, then ``basis`` says which) or ``derived``. A domain that is not
    known yet is entered with ``domain_names``.

    Raises:
        Problem: ``kind_needs_basis``, ``kind_domain_unknown``, ``kind_domain_fixed``, ``out_of_scope``.
    """
    _begin(uow)
    if origin == "official" and basis is None:
        raise Problem("kind_needs_basis", pointer="/basis")
    held = uow.session.get(EntityKind, code)
    if held is not None and held.domain != domain:  # overall tiers are formed within a domain
        raise Problem("kind_domain_fixed", pointer="/domain", domain=held.domain)
    if uow.session.get(SupervisionDomain, domain) is None:
        if domain_names is None:
            raise Problem("kind_domain_unknown", pointer="/domain", domain=domain)
        uow.session.add(SupervisionDomain(code=domain, names=dict(domain_names)))
        uow.session.flush()
        uow.audit("register.domain_entered", domain, {"names": dict(domain_names)})
    said = {"names": dict(names), "domain": domain, "origin": origin, "basis": None if basis is None else dict(basis)}
    return _put(uow, "kind", code, held=held, new=EntityKind(code=code), said=said)


def put_region(
    uow: UnitOfWork,
    *,
    code: str,
    names: Mapping[str, str],
    valid_from: date,
    valid_to: date | None = None,
    parent: str | None = None,
) -> bool:
    """Enter a span [valid_from, valid_to) of a region's code, or change the one that begins on that day.

    A code that comes back later has another span. Returns whether anything changed.

    Raises:
        Problem: ``region_span_empty``, ``region_span_overlaps``, ``entity_region_unknown`` (the parent),
            ``out_of_scope``.
    """
    _begin(uow)
    if valid_to is not None and valid_to <= valid_from:
        raise Problem("region_span_empty", pointer="/valid_to")
    spans = uow.session.scalars(select(Region)).all()
    if parent is not None and (parent == code or parent not in {span.code for span in spans}):
        raise Problem("entity_region_unknown", pointer="/parent", region=parent)
    own = [span for span in spans if span.code == code]
    held = next((span for span in own if span.valid_from == valid_from), None)
    for span in own:
        begins_before_end = valid_to is None or span.valid_from < valid_to
        if span is not held and begins_before_end and (span.valid_to is None or valid_from < span.valid_to):
            raise Problem("region_span_overlaps", pointer="/valid_from", day=span.valid_from.isoformat())
    said = {"names": dict(names), "valid_to": valid_to, "parent": parent}
    return _put(uow, "region", code, held=held, new=Region(code=code, valid_from=valid_from), said=said)


def _begin(uow: UnitOfWork) -> None:
    """One writer of catalogues at a time, and one who answers for the whole: they hold for every authority.

    Raises:
        Problem: ``out_of_scope``: the caller's own scope is narrower, and a tree that it may bend would widen it.
    """
    if uow.actor.authority is not None or uow.actor.regions:
        raise Problem("out_of_scope")
    uow.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('register.seed', 0))"))


def _put(
    uow: UnitOfWork,
    what: str,
    code: str,
    *,
    held: Authority | EntityKind | Region | None,
    new: Authority | EntityKind | Region,
    said: Mapping[str, Any],
) -> bool:
    row = new if held is None else held
    before = {name: getattr(row, name) for name in said} if held is not None else None
    if before == said:
        return False
    for name, value in said.items():
        setattr(row, name, value)
    if held is None:
        uow.session.add(row)
    uow.session.flush()
    told = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in said.items()}
    uow.audit(f"register.{what}_{'entered' if held is None else 'changed'}", code, told)
    return True
