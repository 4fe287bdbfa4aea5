"""Enter and change one entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.kernel.codes import CodeError, public_key
from service.platform import Problem
from service.register.intake import Flaw, check_entry
from service.register.queries import resolve
from service.register.storing import Stage, load_catalogue, refuse_rows, write_stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from service.platform import UnitOfWork


def enter_entity(uow: UnitOfWork, *, entry: Mapping[str, Any]) -> str:
    """Enter a new entity; returns its public key.

    Raises:
        Problem: ``entity_exists``; ``entity_out_of_scope``; ``invalid_body`` with every flaw and its place.
    """
    written = entry.get("key")
    if isinstance(written, str) and resolve(uow.session, [key := full_key(written)]):
        raise Problem("entity_exists", key=key)
    return _store(uow, entry, "register.entity_entered", new=True)


def change_entity(uow: UnitOfWork, *, key: str, change: Mapping[str, Any]) -> str:
    """Change what is said of an entity; the rest stays. The same content again makes no new version.

    Raises:
        Problem: ``entity_not_found``; ``entity_out_of_scope``; ``invalid_body`` with every flaw and its place.
    """
    key = full_key(key)
    if not resolve(uow.session, [key]):
        raise Problem("entity_not_found", key=key)
    stored = {"accept_unverified": True}  # the code is not in question: it was accepted when the entity was entered
    return _store(uow, {**stored, **change, "key": key}, "register.entity_changed")


def full_key(key: str) -> str:
    """A key as callers write it, in full.

    Raises:
        Problem: the code of what is wrong with it.
    """
    try:
        return str(public_key(key))
    except CodeError as error:
        raise Problem(error.code, pointer="/key") from error


def _store(uow: UnitOfWork, raw: Mapping[str, Any], action: str, *, new: bool = False) -> str:
    entry, flaws = check_entry(dict(raw))
    flaws += load_catalogue(uow.session, uow.now).flaws(entry) if not flaws else []
    refuse(flaws)
    return store_checked(uow, entry, action, new=new)


def store_checked(
    uow: UnitOfWork, entry: Mapping[str, Any], action: str, *, confirmed: bool = False, new: bool = False
) -> str:
    """Store one checked entry; returns its key. ``new``: it must not be there, also by one who came a moment earlier.

    Raises:
        Problem: as ``enter_entity``.
    """
    with Stage(uow.session) as stage:
        stage.put(1, entry)
    refused = refuse_rows(uow.session, uow.actor, uow.now, confirmed=confirmed)
    refuse(found.flaw for found in refused.flaws)
    key = str(entry["key"])
    audit_id = uow.audit(action, key, {"fields": sorted(entry)})
    written = write_stage(uow, audit_id)
    if new and not written.created:
        raise Problem("entity_exists", key=key)
    return key


def refuse(flaws: Iterable[Flaw]) -> None:
    """Raise what was found, if anything was: alone when it concerns the whole, else all places together."""
    problems = [Problem(flaw.code, pointer=flaw.pointer, **flaw.params) for flaw in flaws]
    for problem in problems:
        if problem.status not in {400, 422}:
            raise problem
    if problems:
        raise Problem("invalid_body", errors=problems, count=len(problems))
