"""What is asked of a search, as conditions on an entity ``e`` that an index answers and that are then looked at whole.

Grams say where an entity may be found; whether it is, the text itself tells.
"""

from __future__ import annotations

import re
from string import ascii_lowercase, digits
from typing import TYPE_CHECKING, NamedTuple

from scoring.kernel.codes import CodeError, public_key
from service.platform import Problem, region_prefix
from service.register.names import END, INITIAL, bigrams, search_key, trigrams
from service.register.queries.catalogues import region_prefixes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from service.platform import Actor
    from service.register.queries.catalogues import AuthorityRow

LEAST_LETTERS = 2
"""Fewer letters of pinyin would name half the city."""
LEAST_OF_A_CODE = 4
_RUN = 3
_SCHEMES = ("uscc", "reg", "own")
_CODE = re.compile(r"(?:(uscc|reg|own):)?([0-9A-Za-z._-]+)")
_LETTERS = ascii_lowercase + digits + END
_HAS = "position(:asked IN e.{written}) > 0"
_GRAMS = "e.grams @> CAST(:{name} AS text[])"
_OF_KIND = "jsonb_path_query_array(e.body, '$.kinds[*].kind') @> to_jsonb(CAST(:kind AS text))"


class Question(NamedTuple):
    """What is asked for, and by which parameters.

    ``conditions``: true of what is found and of nothing else. ``near``: true of it too, and an index answers it.
    ``exact``: it names one entity by its whole key.
    """

    conditions: list[str]
    near: list[str]
    parameters: dict[str, object]
    exact: bool = False


def question(session: Session, asked: str | None, filters: Mapping[str, str], reach: Sequence[int]) -> Question:
    """What is asked as conditions. ``reach``: the authorities, by number, whose entities may be found.

    Raises:
        Problem: ``entity_search_too_short``.
    """
    # The index of authorities helps where one is reached; of many it would name almost everybody, for each question.
    own = "e.authority_id = ANY(:reach)" if len(reach) == 1 else "e.authority_id + 0 = ANY(:reach)"
    found = Question([own], [], {"reach": list(reach)})
    exact = asked is not None and _named(asked, found)
    if "address" in filters:
        _at(filters["address"], found)
    if "region" in filters:
        found.conditions.append(_within(region_prefixes(session, filters["region"]), "region", found.parameters))
    if "kind" in filters:
        found.conditions.append(_OF_KIND)
        found.parameters["kind"] = filters["kind"]
    if "status" in filters:
        found.conditions.append("e.status = :status")
        found.parameters["status"] = filters["status"]
    return found._replace(exact=exact)


def reached(authorities: Sequence[AuthorityRow], actor: Actor, named: str | None) -> dict[int, str]:
    """The authorities within the caller's scope, those of one code where it is named: their codes by number."""
    return {one.id: one.code for one in authorities if actor.reaches(one.code) and named in {None, one.code}}


def within_scope(actor: Actor, found: Question) -> None:
    """The caller's regions, the same as ``actor.may_see``."""
    if actor.regions:
        own = [region_prefix(region) for region in actor.regions]
        found.conditions.append(_within(own, "own", found.parameters))


def _named(asked: str, found: Question) -> bool:
    """Add what stands for a name or a code; tells whether it is the whole code of one entity."""
    try:
        found.parameters["key"] = str(public_key(asked))
    except CodeError:
        _part(asked, found)
        return False
    found.conditions.append("e.public_key = :key")
    return True


def _part(asked: str, found: Question) -> None:
    codes = _beginning(asked.strip(), found.parameters)
    if codes and ":" in asked:
        found.conditions.append(codes)
        return
    key = search_key(asked)
    if key.isascii() and len(key) < LEAST_LETTERS:
        raise Problem("entity_search_too_short", pointer="/q", least=LEAST_LETTERS)
    in_a_name(key, found, [codes] if codes else [])


def in_a_name(key: str, found: Question, otherwise: Sequence[str] = ()) -> None:
    """Add that a name holds a search key, as characters or in its pinyin or initials, or what else may be true."""
    found.parameters["asked"] = key
    if not key.isascii():
        found.conditions.append(_HAS.format(written="name_key"))
        found.near.append(_GRAMS.format(name="grams"))
        found.parameters["grams"] = bigrams(key)
        return
    # Letters and digits of a name stand in its pinyin and in its initials too, and there no other digits stand.
    written = ["pinyin"] if key.isdigit() else ["pinyin", "initials"]
    has = [_HAS.format(written=one) for one in written]
    near = [part for one in written for part in _letters(key, INITIAL if one == "initials" else "", found.parameters)]
    found.conditions.append(f"({' OR '.join([*has, *otherwise])})")
    found.near.append(f"({' OR '.join([*near, *otherwise])})")


def _letters(key: str, mark: str, parameters: dict[str, object]) -> list[str]:
    """Where some letters stand in pinyin or initials: their trigrams together, or of two any that begins with them."""
    if len(key) >= _RUN:
        sets = [[mark + part for part in trigrams(key)]]
    else:
        # One key at a time: an index merges the places of many in a multiple of the time that they take one by one.
        sets = [[mark + key + letter] for letter in _LETTERS]
    names = {f"letters{mark and '_initial'}_{place}": parts for place, parts in enumerate(sets)}
    parameters |= names
    return [_GRAMS.format(name=name) for name in names]


def _beginning(asked: str, parameters: dict[str, object]) -> str | None:
    """A condition on codes that begin like this; None for what begins none: it names a scheme or has a digit."""
    read = _CODE.fullmatch(asked)
    if read is None:
        return None
    scheme, number = read.groups()
    if scheme is None and (len(number) < LEAST_OF_A_CODE or not any(char.isdigit() for char in number)):
        return None
    written = [f"{one}:{number.upper() if one == 'uscc' else number}" for one in _SCHEMES if scheme in {None, one}]
    return _within(written, "code", parameters, column="public_key")


def _at(address: str, found: Question) -> None:
    key = search_key(address)
    if len(key) < LEAST_LETTERS:
        raise Problem("entity_search_too_short", pointer="/address", least=LEAST_LETTERS)
    found.conditions.append("position(:address IN e.address_key) > 0")
    found.near.append("e.address_grams @> CAST(:address_grams AS text[])")
    found.parameters.update({"address": key, "address_grams": bigrams(key)})


def _within(beginnings: Sequence[str], name: str, parameters: dict[str, object], *, column: str = "region") -> str:
    """A column begins with one of these: ranges, which an index in the order of bytes answers."""
    ranges = []
    for place, beginning in enumerate(beginnings):
        parameters |= {f"{name}_{place}": beginning, f"{name}_{place}_end": _after(beginning)}
        ranges.append(f"(e.{column} ~>=~ :{name}_{place} AND e.{column} ~<~ :{name}_{place}_end)")
    return f"({' OR '.join(ranges) or 'false'})"


def _after(beginning: str) -> str:
    """What follows every text that begins so. Codes are ASCII."""
    return beginning[:-1] + chr(ord(beginning[-1]) + 1) if beginning else "\x7f"
