"""Entities found: by key, by a part of the name however it is written, by pinyin or its initials."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from scoring.kernel.codes import CodeError, public_key
from service.platform import Problem, region_prefix
from service.register.names import bigrams, search_key
from service.register.queries.catalogues import region_prefixes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from service.platform import Actor

LEAST_LETTERS = 2
"""Fewer letters of pinyin would name half the city."""

NAMED = """(CAST(:name AS text) IS NULL OR (NOT n.natural_person AND (position(:name IN n.name_key) > 0 OR
    (CAST(:letters AS boolean) AND (position(:name IN n.initials) > 0 OR position(:name IN n.pinyin) > 0)))))"""
"""A condition on an entity `n` for what is public: its name, pinyin or initials hold what `name_asked` read. Whoever
types the full name of a natural person, of whom one character is public, finds nothing."""

_COLUMNS = "e.id, e.public_key, e.name, a.code, e.region, e.status, e.unverified_code, e.natural_person, e.pinyin"
_BY_NAME = "(e.grams @> CAST(:grams AS text[]) AND position(:asked IN e.name_key) > 0)"
_BY_CHARACTER = "position(:asked IN e.name_key) > 0"
_BY_LETTERS = (
    "(position(:asked IN e.initials) > 0 OR position(:asked IN e.pinyin) > 0 OR position(:asked IN e.name_key) > 0)"
)


class Found(NamedTuple):
    """An entity in a list. ``pinyin`` orders it."""

    id: int
    key: str
    name: str
    authority: str
    region: str
    status: str
    unverified_code: bool
    natural_person: bool
    pinyin: str


def search(
    session: Session,
    actor: Actor,
    *,
    asked: str | None = None,
    filters: Mapping[str, str] | None = None,
    after: tuple[str, int] | None = None,
    limit: int,
) -> Sequence[Found]:
    """Up to ``limit + 1`` entities within the caller's scope, in the order of their pinyin, from ``after`` on.

    ``asked``: a key, a part of a name, pinyin or initials. ``filters``: ``authority``, ``region`` (with what it holds),
    ``kind`` and ``status`` by code.

    Raises:
        Problem: ``entity_search_too_short``.
    """
    conditions = ["true"]
    parameters: dict[str, object] = {"limit": limit + 1}
    if asked is not None:
        conditions.append(_asked(asked, parameters))
    for name, value in (filters or {}).items():
        conditions.append(_FILTERS[name])
        parameters[name] = region_prefixes(session, value) if name == "region" else value
    _scope(actor, conditions, parameters)
    if after is not None:
        conditions.append("(e.pinyin, e.id) > (:pinyin, :id)")
        parameters |= {"pinyin": after[0], "id": after[1]}
    statement = (
        f"SELECT {_COLUMNS} FROM entity e JOIN authority a ON a.id = e.authority_id "  # noqa: S608 constants above
        f"WHERE {' AND '.join(conditions)} ORDER BY e.pinyin, e.id LIMIT :limit"
    )
    return [Found(*row) for row in session.execute(text(statement), parameters)]


def name_asked(asked: str | None) -> dict[str, object]:
    """What was typed as a part of a name, as the parameters of ``NAMED``; None: every name.

    Raises:
        Problem: ``entity_search_too_short``.
    """
    if asked is None:
        return {"name": None, "letters": False}
    key = search_key(asked)
    if not key or (key.isascii() and len(key) < LEAST_LETTERS):
        raise Problem("entity_search_too_short", pointer="/name", least=LEAST_LETTERS)
    return {"name": key, "letters": key.isascii()}


_FILTERS = {
    "authority": "a.code = :authority",
    "region": "EXISTS (SELECT FROM unnest(CAST(:region AS text[])) AS held WHERE starts_with(e.region, held))",
    "kind": "e.body -> 'kinds' @> jsonb_build_array(jsonb_build_object('kind', CAST(:kind AS text)))",
    "status": "e.status = :status",
}


def _asked(asked: str, parameters: dict[str, object]) -> str:
    try:
        parameters["key"] = str(public_key(asked))
    except CodeError:
        pass
    else:
        return "e.public_key = :key"
    key = search_key(asked)
    parameters["asked"] = key
    if key.isascii():
        if len(key) < LEAST_LETTERS:
            raise Problem("entity_search_too_short", pointer="/q", least=LEAST_LETTERS)
        return _BY_LETTERS
    if len(key) == 1:
        return _BY_CHARACTER
    parameters["grams"] = bigrams(key)
    return _BY_NAME


def _scope(actor: Actor, conditions: list[str], parameters: dict[str, object]) -> None:
    """The same as ``actor.may_see``, for the database."""
    if actor.authorities is not None:
        conditions.append("a.code = ANY(CAST(:own_authorities AS text[]))")
        parameters["own_authorities"] = actor.authorities
    if actor.regions:
        conditions.append("EXISTS (SELECT FROM unnest(CAST(:own AS text[])) AS own WHERE starts_with(e.region, own))")
        parameters["own"] = [region_prefix(region) for region in actor.regions]
