"""The catalogues as they stand in the database: kinds, domains, authorities, regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select, text

from service.platform import region_prefix
from service.register.tables import Authority, EntityKind, Region, SupervisionDomain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

_LINE = text("""
WITH RECURSIVE line (code, parent, step) AS (
  SELECT code, parent, 0 FROM authority WHERE code = :code
  UNION ALL
  SELECT a.code, a.parent, line.step + 1 FROM authority a JOIN line ON a.code = line.parent WHERE line.step < 16
) SELECT code FROM line ORDER BY step
""")

_BELOW = text("""
WITH RECURSIVE below (code) AS (
  SELECT code FROM authority WHERE parent = :code
  UNION
  SELECT a.code FROM authority a JOIN below ON a.parent = below.code
) SELECT code FROM below WHERE code <> :code
""")

_INSIDE = text("""
WITH RECURSIVE inside (code) AS (
  SELECT CAST(:code AS text)
  UNION
  SELECT r.code FROM region r JOIN inside ON r.parent = inside.code
) SELECT code FROM inside
""")


class KindRow(NamedTuple):
    """A kind as stored."""

    code: str
    names: Mapping[str, str]
    domain: str
    origin: str
    basis: Mapping[str, str] | None


class AuthorityRow(NamedTuple):
    """An authority as stored; ``parent`` is a code."""

    id: int
    code: str
    names: Mapping[str, str]
    region: str
    timezone: str
    parent: str | None


class RegionRow(NamedTuple):
    """A region and one span of days [valid_from, valid_to) on which its code was valid."""

    code: str
    names: Mapping[str, str]
    valid_from: date
    valid_to: date | None
    parent: str | None


def kinds(session: Session) -> Sequence[KindRow]:
    """All kinds, by code."""
    rows = session.scalars(select(EntityKind).order_by(EntityKind.code))
    return [KindRow(r.code, r.names, r.domain, r.origin, r.basis) for r in rows]


def domains(session: Session) -> dict[str, str]:
    """The supervision domain of every kind."""
    return {row.code: row.domain for row in session.scalars(select(EntityKind))}


def domain_names(session: Session) -> dict[str, Mapping[str, str]]:
    """Names of supervision domains by language."""
    return {row.code: row.names for row in session.scalars(select(SupervisionDomain).order_by(SupervisionDomain.code))}


def kind_names(session: Session) -> dict[str, Mapping[str, str]]:
    """Names of kinds by language."""
    return {row.code: row.names for row in session.execute(select(EntityKind.code, EntityKind.names))}


def authorities(session: Session) -> Sequence[AuthorityRow]:
    """All authorities, by code."""
    told = (Authority.id, Authority.code, Authority.names, Authority.region, Authority.timezone, Authority.parent)
    return [AuthorityRow(*row) for row in session.execute(select(*told).order_by(Authority.code))]


def is_authority(session: Session, code: str) -> bool:
    """Whether an authority has this code."""
    return session.scalar(select(Authority.id).where(Authority.code == code)) is not None


def authority_line(session: Session, code: str) -> tuple[str, ...]:
    """An authority and those above it, nearest first; empty for a code that no authority has."""
    return tuple(session.scalars(_LINE, {"code": code}))


def authorities_below(session: Session, code: str) -> frozenset[str]:
    """Every authority under one, at any depth; empty for a code that no authority has."""
    return frozenset(session.scalars(_BELOW, {"code": code}))


def regions(session: Session) -> Sequence[RegionRow]:
    """All regions with all spans of their codes, by code and day."""
    rows = session.scalars(select(Region).order_by(Region.code, Region.valid_from))
    return [RegionRow(r.code, r.names, r.valid_from, r.valid_to, r.parent) for r in rows]


def region_prefixes(session: Session, code: str) -> list[str]:
    """What the codes of a region and of all that it holds begin with: by its own code, and by what names it as parent.

    The code of the country holds no other by its digits, and a place abroad has none.
    """
    found: list[str] = []
    for prefix in sorted(map(region_prefix, session.scalars(_INSIDE, {"code": code}))):
        if prefix and not (found and prefix.startswith(found[-1])):
            found.append(prefix)
    return found
