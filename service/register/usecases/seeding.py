"""Fill the catalogues with what ships, changing nothing that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import select, text

from service.register import seeds
from service.register.inspecting import seed_items
from service.register.tables import Authority, EntityKind, Region, SupervisionDomain

if TYPE_CHECKING:
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
