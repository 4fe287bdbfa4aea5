"""Keep a search under a name, rename or share it, and let it go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text

from service.platform import Problem
from service.register.tables import SavedSearch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.platform import UnitOfWork

MOST_SAVED = 100
"""Searches that one account keeps."""


def save_search(*, uow: UnitOfWork, name: str, query: Mapping[str, Any], shared: bool) -> int:
    """Keep a search; returns its number.

    Raises:
        Problem: ``saved_search_too_many``, ``saved_search_name_taken``.
    """
    owner = _owner(uow)
    uow.session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:owner, 0))"), {"owner": f"saved:{owner}"})
    held = uow.session.scalar(select(func.count()).select_from(SavedSearch).where(SavedSearch.owner == owner))
    if (held or 0) >= MOST_SAVED:
        raise Problem("saved_search_too_many", most=MOST_SAVED)
    _refuse_taken(uow, name)
    row = SavedSearch(owner=owner, authority=uow.actor.authority, name=name, query=dict(query), shared=shared)
    uow.session.add(row)
    uow.session.flush()
    uow.audit("register.search_saved", f"saved-search:{row.id}", {"shared": shared})
    return row.id


def change_search(*, uow: UnitOfWork, search: int, **said: Any) -> None:  # noqa: ANN401 - its name, query, shared
    """Change the ``name``, the ``query`` or whether one's own search is ``shared``; what is not said stays.

    Raises:
        Problem: ``saved_search_unknown``, ``saved_search_name_taken``.
    """
    row = _own(uow, search)
    if said.get("name", row.name) != row.name:
        _refuse_taken(uow, said["name"])
    for part, value in said.items():
        setattr(row, part, value)
    uow.audit("register.search_changed", f"saved-search:{search}", {"parts": sorted(said)})


def delete_search(*, uow: UnitOfWork, search: int) -> None:
    """Let one's own search go.

    Raises:
        Problem: ``saved_search_unknown``.
    """
    uow.session.delete(_own(uow, search))
    uow.audit("register.search_deleted", f"saved-search:{search}", {})


def _own(uow: UnitOfWork, search: int) -> SavedSearch:
    wanted = select(SavedSearch).where(SavedSearch.id == search, SavedSearch.owner == _owner(uow)).with_for_update()
    found = uow.session.scalars(wanted).one_or_none()
    if found is None:
        raise Problem("saved_search_unknown", search=search)
    return found


def _refuse_taken(uow: UnitOfWork, name: str) -> None:
    wanted = select(SavedSearch.id).where(SavedSearch.owner == _owner(uow), SavedSearch.name == name)
    if uow.session.scalars(wanted).first() is not None:
        raise Problem("saved_search_name_taken", pointer="/name", name=name)


def _owner(uow: UnitOfWork) -> str:
    return f"{uow.actor.kind}:{uow.actor.id}"
