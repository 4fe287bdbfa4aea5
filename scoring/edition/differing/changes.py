"""What differs between two texts of an edition, entry by entry, each with the clause that it belongs to.

Compared is what is written, as TOML reads it, so that an override is told once and not once for every kind. Entries of
a list are matched by what names them (a code, a key, the nth time), never by their place: moving a rule is no change,
but for lists in which the order decides.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from scoring.edition.place import Decimals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Written: TypeAlias = object
"""A value as `tomllib` reads it, floats kept as they were written."""


class Step(NamedTuple):
    """One step down to the place of a change: the key, and what names the entry of a list or map there.

    ``names``: the entry's own name by language, where it has one; ``entry`` is "" for a key of a table.
    """

    key: str
    entry: str
    names: Mapping[str, str]


class Change(NamedTuple):
    """One entry that was added (``before`` None), removed (``after`` None) or changed.

    ``clause``: of the later text where it has the place, else of the earlier; "" where none governs it.
    """

    path: tuple[Step, ...]
    clause: str
    before: Written | None
    after: Written | None


_NAMED_BY: Final = (
    ("code",),
    ("key",),
    ("attribute",),
    ("nth",),
    ("reason",),
    ("kinds",),
    ("stage", "side", "over", "months", "calendar_year"),
    ("months",),
    ("occasions",),
    ("within_days", "year", "when"),
    ("penalty_kinds",),
    ("fact",),
    ("act",),
    ("grade", "codes"),
    ("clause",),
)
"""By which keys the entries of a list are told apart: the first set that every entry has some of, no two alike."""

ORDERED: Final = frozenset({"tiers", "grade", "levels", "outcome", "steps", "cap", "assign"})
"""Lists whose order is law: best to worst, or the first that fits decides, or the first that is full."""

NEVER_TOLD: Final = frozenset({"id", "predecessor", "force_from"})
"""They differ from edition to edition; from when the later one is in force is told with every change."""
_MAIN: Final = "zh"
"""The language that every sentence of an edition has."""


def changes(before: str, after: str) -> tuple[Change, ...]:
    """Every difference of two texts of editions that `parse` accepts, in the order of the later one."""
    older, newer = (tomllib.loads(text, parse_float=Decimals) for text in (before, after))
    return tuple(_of_tables(older, newer, (), ""))


def _of_tables(
    before: Mapping[str, Written], after: Mapping[str, Written], path: tuple[Step, ...], clause: str
) -> Iterator[Change]:
    here = clause_of(before, after, clause)
    for key in dict.fromkeys((*after, *before)):
        if key not in NEVER_TOLD:
            old, new = before.get(key), after.get(key)
            yield from _of_values(old, new, (*path, Step(key, "", names_of(old, new))), here)


def _of_values(before: Written, after: Written, path: tuple[Step, ...], clause: str) -> Iterator[Change]:
    key = path[-1].key
    if plain(before, key) == plain(after, key):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping) and not is_sentence(after):
        yield from _of_tables(before, after, path, clause)
    elif is_list_of_tables(before) and is_list_of_tables(after):
        yield from _of_lists(before or [], after or [], path, clause)  # type: ignore[arg-type] # seen by the line above
    else:
        yield Change(path, clause_of(before, after, clause), before, after)


def _of_lists(
    before: Sequence[Mapping[str, Written]],
    after: Sequence[Mapping[str, Written]],
    path: tuple[Step, ...],
    clause: str,
) -> Iterator[Change]:
    *above, last = path
    for entry, old, new in matched(before, after):
        step = last._replace(entry=entry, names=names_of(old, new))
        here = (*above, step)
        if old is None or new is None:
            yield Change(here, clause_of(old, new, clause), old, new)
        else:
            yield from _of_tables(old, new, here, clause)
    if (turned := turned_about(before, after, path, clause)) is not None:
        yield turned


def turned_about(
    before: Sequence[Mapping[str, Written]],
    after: Sequence[Mapping[str, Written]],
    path: tuple[Step, ...],
    clause: str,
) -> Change | None:
    """That the entries which both lists have stand in another order where order is law: their names, before and after.

    None where the order is the same, or means nothing.
    """
    older = [name for name, new, old in matched(after, before) if old is not None and new is not None]
    newer = [name for name, old, new in matched(before, after) if old is not None and new is not None]
    return Change(path, clause, older, newer) if path[-1].key in ORDERED and older != newer else None


def matched(
    before: Sequence[Mapping[str, Written]], after: Sequence[Mapping[str, Written]]
) -> Iterator[tuple[str, Mapping[str, Written] | None, Mapping[str, Written] | None]]:
    """The entries of two lists by name, with the earlier and the later one: in the order of the later list."""
    for keys in _NAMED_BY:
        older, newer = ({_named(entry, keys): entry for entry in listed} for listed in (before, after))
        if len(older) == len(before) and len(newer) == len(after) and "" not in {*older, *newer}:
            for name in dict.fromkeys((*newer, *older)):
                yield name, older.get(name), newer.get(name)
            return
    for number, (old, new) in enumerate(zip_longest(before, after), start=1):
        yield str(number), old, new


def _named(entry: Mapping[str, Written], keys: Sequence[str]) -> str:
    return " · ".join(_name(entry[key]) for key in keys if key in entry)


def _name(value: Written) -> str:
    if isinstance(value, list):
        return ", ".join(_name(entry) for entry in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_name(entry)}" for key, entry in value.items())
    return str(value)


def names_of(*entries: Written) -> Mapping[str, str]:
    """The name of an entry in the later text, else in the earlier."""
    for entry in reversed(entries):
        if isinstance(entry, Mapping):
            name = entry.get("name", entry.get("text"))
            if isinstance(name, Mapping):
                return {lang: str(said) for lang, said in name.items()}
    return {}


def clause_of(before: Written, after: Written, around: str) -> str:
    """The clause that a value names, the later before the earlier; else the one around it."""
    for written in (after, before):
        if isinstance(written, Mapping) and isinstance(written.get("clause"), str):
            return str(written["clause"])
    return around


def is_sentence(value: Written) -> bool:
    """Whether a value is one sentence in several languages: told as one, not language by language."""
    return isinstance(value, Mapping) and isinstance(value.get(_MAIN), str)


def is_list_of_tables(value: Written) -> bool:
    """Whether a value is a list that is compared entry by entry; none at all is one as well."""
    if not isinstance(value, list):
        return value is None
    return all(isinstance(entry, Mapping) and not is_sentence(entry) for entry in value)


def number(value: str | int) -> str:
    """A number as a person reads it: without idle zeros."""
    whole, dot, part = str(value).replace("_", "").removeprefix("+").partition(".")
    part = part.rstrip("0")
    return f"{whole}.{part}" if dot and part else whole


def plain(value: Written, key: str) -> Written:
    """A value for comparison: 3 and 3.00 are alike, and so are the same entries of a list of words in another order.

    ``key``: under which it stands; some lists are ordered.
    """
    if isinstance(value, Mapping):
        return {inner: plain(entry, inner) for inner, entry in value.items()}
    if isinstance(value, list):
        entries = [plain(entry, key) for entry in value]
        words = all(isinstance(entry, str) for entry in entries)
        return sorted(entries, key=str) if words and key not in ORDERED else entries
    return value if isinstance(value, bool) or not isinstance(value, int | Decimals) else ("number", number(value))
