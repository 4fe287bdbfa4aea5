"""Fill the catalogues with what ships, changing nothing that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import select, text

from service.register import seeds
from service.register.inspecting import seed_items
from service.register.tables import Authority, EntityKind, Region, SupervisionDomain

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from service.platform import UnitOfWork

_Catalogue: TypeAlias = SupervisionDomain | EntityKind | Region | Authority


_SHIPPED: Mapping[type[_Catalogue], Callable[[], Collection[Any]]] = {
    SupervisionDomain: seeds.domains,
    EntityKind: seeds.kinds,
    Region: seeds.regions,
    Authority: seeds.authorities,
}
_ROWS: Mapping[type[_Catalogue], Callable[[Any], _Catalogue]] = {
    SupervisionDomain: lambda d: SupervisionDomain(code=d.code, names=dict(d.names)),
    EntityKind: lambda k: EntityKind(
        code=k.code,
        names=dict(k.names),
        domain=k.domain,
        origin=k.origin,
        basis=None if k.basis is None else dict(k.basis),
    ),
    Region: lambda r: Region(
        code=r.code, names=dict(r.names), valid_from=r.valid_from, valid_to=r.valid_to, parent=r.parent
    ),
    Authority: lambda a: Authority(
        code=a.code, names=dict(a.names), region=a.region, timezone=a.timezone, parent=a.parent
    ),
}
"""What ships for each table, and the row that one of it becomes; only what is missing becomes one."""


def seed(uow: UnitOfWork) -> int:
    """Add the shipped domains, kinds, regions, authorities and inspection items that are missing; returns how many."""
    session = uow.session
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('register.seed', 0))"))
    added = 0
    for table, shipped in _SHIPPED.items():
        held = set(session.scalars(select(table.code)))
        missing = [one for one in shipped() if one.code not in held]
        session.add_all(_ROWS[table](one) for one in missing)
        session.flush()  # the next table may refer to these rows
        added += len(missing)
    if added:
        uow.audit("register.seeded", "register", {"rows": added})
    return added + seed_items(uow)
