"""Fill the catalogues with what ships, changing nothing that is there; enter an authority of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias
from zoneinfo import available_timezones

from sqlalchemy import select, text

from service.platform import Problem
from service.register import seeds
from service.register.inspecting import seed_items
from service.register.storing import load_catalogue
from service.register.tables import Authority, EntityKind, Region, SupervisionDomain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.platform import UnitOfWork

_Catalogue: TypeAlias = SupervisionDomain | EntityKind | Region | Authority


def seed(uow: UnitOfWork) -> int:
    """Add the shipped domains, kinds, regions, authorities and inspection items that are missing; returns how many."""
    session = uow.session
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('register.seed', 0))"))
    added = 0
    for table, rows in _shipped().items():
        held = set(session.scalars(select(table.code)))
        missing = [row for row in rows if row.code not in held]
        session.add_all(missing)
        session.flush()  # the next table may refer to these rows
        added += len(missing)
    if added:
        uow.audit("register.seeded", "register", {"rows": added})
    return added + seed_items(uow)


def enter_authority(
    uow: UnitOfWork, *, code: str, names: Mapping[str, str], region: str, timezone: str, parent: str | None = None
) -> None:
    """Enter an authority that does not ship; its time zone (IANA) decides what "today" is for its entities.

    Raises:
        Problem: ``authority_exists``, ``authority_timezone_unknown``, ``entity_region_unknown``,
            ``entity_authority_unknown`` (the parent).
    """
    known = load_catalogue(uow.session, uow.now)
    if code in known.today:
        raise Problem("authority_exists", pointer="/code", authority=code)
    if timezone not in available_timezones():
        raise Problem("authority_timezone_unknown", pointer="/timezone", timezone=timezone)
    if region not in known.regions:
        raise Problem("entity_region_unknown", pointer="/region", region=region)
    if parent is not None and parent not in known.today:
        raise Problem("entity_authority_unknown", pointer="/parent", authority=parent)
    uow.session.add(Authority(code=code, names=dict(names), region=region, timezone=timezone, parent=parent))
    uow.audit("register.authority_entered", code, {"region": region, "timezone": timezone})


def _shipped() -> dict[type[_Catalogue], list[_Catalogue]]:
    return {
        SupervisionDomain: [SupervisionDomain(code=d.code, names=dict(d.names)) for d in seeds.domains()],
        EntityKind: [
            EntityKind(
                code=k.code,
                names=dict(k.names),
                domain=k.domain,
                origin=k.origin,
                basis=None if k.basis is None else dict(k.basis),
            )
            for k in seeds.kinds()
        ],
        Region: [
            Region(code=r.code, names=dict(r.names), valid_from=r.valid_from, valid_to=r.valid_to, parent=r.parent)
            for r in seeds.regions()
        ],
        Authority: [
            Authority(code=a.code, names=dict(a.names), region=a.region, timezone=a.timezone, parent=a.parent)
            for a in seeds.authorities()
        ],
    }
