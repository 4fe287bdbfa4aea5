"""Between two texts of an edition: the earlier one with some of the changes made, each change as `changes` tells it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from scoring.edition.differing.changes import (
    NEVER_TOLD,
    Change,
    Step,
    Written,
    clause_of,
    is_list_of_tables,
    is_sentence,
    matched,
    names_of,
    plain,
    turned_about,
)
from scoring.edition.place import Decimals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Takes = Callable[[Change], bool]

_NOTHING: Final = object()
_OF_THE_LATER: Final = NEVER_TOLD | {"force_to"}
"""Where the earlier text says when it ends, that may be before the later one begins."""


def mixed(before: str, after: str, takes: Callable[[Change], bool]) -> dict[str, Any]:
    """The tables of the earlier text with those changes made that ``takes`` names.

    Id, predecessor and the days of its force are those of the later one. Entries of a list stand as the later text
    orders them, or where order is law and the change of it is not made, as the earlier; one that is not there behind
    the one that it followed. What comes out need not be an edition.
    """
    older, newer = (tomllib.loads(text, parse_float=Decimals) for text in (before, after))
    return _tables(older, newer, (), "", takes)


def _tables(
    before: Mapping[str, Written], after: Mapping[str, Written], path: tuple[Step, ...], clause: str, takes: Takes
) -> dict[str, Any]:
    here = clause_of(before, after, clause)
    made: dict[str, Any] = {}
    for key in dict.fromkeys((*after, *before)):
        if key in _OF_THE_LATER:
            value = after.get(key, _NOTHING)
        else:
            old, new = before.get(key), after.get(key)
            value = _value(old, new, (*path, Step(key, "", names_of(old, new))), here, takes)
        if value is not _NOTHING:
            made[key] = value
    return made


def _value(before: Written, after: Written, path: tuple[Step, ...], clause: str, takes: Takes) -> Any:  # noqa: ANN401
    key = path[-1].key
    if plain(before, key) == plain(after, key):
        return after
    if isinstance(before, Mapping) and isinstance(after, Mapping) and not is_sentence(after):
        return _tables(before, after, path, clause, takes)
    if is_list_of_tables(before) and is_list_of_tables(after):
        made = _list(before or [], after or [], path, clause, takes)  # type: ignore[arg-type] # seen by the line above
        return made or (_NOTHING if before is None or after is None else made)
    chosen = after if takes(Change(path, clause_of(before, after, clause), before, after)) else before
    return _NOTHING if chosen is None else chosen


def _list(
    before: Sequence[Mapping[str, Written]],
    after: Sequence[Mapping[str, Written]],
    path: tuple[Step, ...],
    clause: str,
    takes: Takes,
) -> list[Any]:
    *above, last = path
    kept: dict[str, Any] = {}
    newer: list[str] = []
    for entry, old, new in matched(before, after):
        here = (*above, last._replace(entry=entry, names=names_of(old, new)))
        if old is None or new is None:
            chosen = new if takes(Change(here, clause_of(old, new, clause), old, new)) else old
        else:
            chosen = _tables(old, new, here, clause, takes)
        if chosen is not None:
            kept[entry] = chosen
        if new is not None:
            newer.append(entry)
    older = _names_in_order(before, after)
    turned = turned_about(before, after, path, clause)
    first, second = (newer, older) if turned is None or takes(turned) else (older, newer)
    return [kept[entry] for entry in _woven(first, second, kept)]


def _names_in_order(before: Sequence[Mapping[str, Written]], after: Sequence[Mapping[str, Written]]) -> list[str]:
    """The names of the earlier entries as they stand: entries are matched in the order of what is given second."""
    return [entry for entry, _, old in matched(after, before) if old is not None]


def _woven(first: Sequence[str], second: Sequence[str], kept: Mapping[str, Any]) -> list[str]:
    """Entries that are kept, as the first text orders them; each other one behind its neighbour in the second."""
    woven = [entry for entry in first if entry in kept]
    behind = 0
    for entry in second:
        if entry in woven:
            behind = woven.index(entry) + 1
        elif entry in kept:
            woven.insert(behind, entry)
            behind += 1
    return woven
