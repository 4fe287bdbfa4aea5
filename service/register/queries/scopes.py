"""The scope that a token asks for, held against the register: what it names must be there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.platform import Actor, Problem, Role, contains
from service.register.queries.catalogues import authorities_below, is_authority, regions
from service.register.queries.facts import facts, resolve

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform import Scope
    from service.register.queries.catalogues import RegionRow

_DIGITS = 6
"""Of a code of GB/T 2260; a province may be written by its first two, a city by its first four."""


def registered_scope(session: Session, scope: Scope, now: datetime) -> Scope:
    """The scope as the register writes it: regions by their whole codes, those of today.

    Raises:
        Problem: ``entity_authority_unknown``, ``entity_region_unknown``, ``entity_region_ended``,
            ``region_beyond_its_code``, ``token_subject_unknown`` (also for an entity that the scope does not reach:
            whether there are others is not told).
    """
    if scope.authority is not None and not is_authority(session, scope.authority):
        raise Problem("entity_authority_unknown", pointer="/authority", authority=scope.authority)
    known = regions(session) if scope.regions else ()
    whole = tuple(_whole(known, code, place, now) for place, code in enumerate(scope.regions))
    found = replace(scope, regions=tuple(dict.fromkeys(whole)))
    if found.subject is not None and not _reaches(session, found, found.subject):
        raise Problem("token_subject_unknown", pointer="/subject", subject=found.subject)
    return found


def _whole(known: Sequence[RegionRow], said: str, place: int, now: datetime) -> str:
    pointer, day = f"/regions/{place}", now.date()
    code = said.ljust(_DIGITS, "0") if said.isdigit() else said
    spans = [row for row in known if row.code == code]
    if not spans:
        raise Problem("entity_region_unknown", pointer=pointer, region=said)
    if not any(row.valid_from <= day and (row.valid_to is None or day < row.valid_to) for row in spans):
        raise Problem("entity_region_ended", pointer=pointer, region=said)
    inside = sorted({row.code for row in known if row.parent == code and not contains(code, row.code)})
    if inside:
        raise Problem("region_beyond_its_code", pointer=pointer, region=code, inside=", ".join(inside[:3]))
    return code


def _reaches(session: Session, scope: Scope, key: str) -> bool:
    below: Collection[str] = () if scope.authority is None else authorities_below(session, scope.authority)
    bearer = Actor("token", "", Role.ENTITY, scope.authority, scope.regions, key, frozenset(below))
    return any(
        bearer.may_see(one.authority, one.region)
        for one in facts(session, resolve(session, [key]).values(), position=None).values()
    )
