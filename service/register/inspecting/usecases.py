"""Enter and change one inspection item or inspector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.platform import Problem
from service.register.inspecting.catalogues import ITEMS
from service.register.inspecting.store import Store, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.platform import UnitOfWork
    from service.register.inspecting.catalogues import Catalogue


def enter_record(uow: UnitOfWork, catalogue: Catalogue, *, body: Mapping[str, Any]) -> dict[str, Any]:
    """Enter a new item or inspector; returns it as kept.

    Raises:
        Problem: ``<catalogue>_exists``; ``entity_out_of_scope``; ``invalid_body`` with every fault and its place.
    """
    store = Store(uow, catalogue)
    kept, faults = store.check(body)
    refuse(faults)
    if catalogue.key_of(kept) in store.standing:
        raise Problem("inspection_item_exists" if catalogue is ITEMS else "inspector_exists", record=kept["code"])
    return _store(uow, store, catalogue, kept, "entered")


def change_record(
    uow: UnitOfWork, catalogue: Catalogue, *, key: tuple[str, ...], change: Mapping[str, Any]
) -> dict[str, Any]:
    """Change what is said of an item or inspector; what is not said stays. Its key cannot change.

    Raises:
        Problem: ``<catalogue>_not_found``; ``catalogue_key_fixed``; ``entity_out_of_scope``; ``invalid_body``.
    """
    store = Store(uow, catalogue)
    before = store.standing.get(key)
    if before is None:
        raise _not_found(catalogue, key)
    if not store.known.in_scope(uow.actor, before["authority"]):
        raise Problem("entity_out_of_scope")
    kept, faults = store.check({**before, **change})
    refuse(faults)
    if catalogue.key_of(kept) != key:
        raise Problem("catalogue_key_fixed")
    return _store(uow, store, catalogue, kept, "changed")


def _not_found(catalogue: Catalogue, key: tuple[str, ...]) -> Problem:
    if catalogue is ITEMS:
        return Problem("inspection_item_not_found", item=key[0][:80], on=key[1][:10])
    return Problem("inspector_not_found", record=key[0][:80])


def _store(uow: UnitOfWork, store: Store, catalogue: Catalogue, kept: dict[str, Any], action: str) -> dict[str, Any]:
    if store.put(kept) != "unchanged":
        subject = f"{catalogue.name}:{':'.join(catalogue.key_of(kept))}"
        store.flush(uow.audit(f"register.{catalogue.name}_{action}", subject, {"authority": kept["authority"]}))
    return kept
