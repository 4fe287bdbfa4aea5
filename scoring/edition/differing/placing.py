"""Where each number of an edition stands, as a person reads it: the clause that governs it and the names on the way."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from scoring.edition.changed import numbers
from scoring.edition.differing.changes import Step, clause_of, is_list_of_tables, matched, names_of
from scoring.edition.place import Decimals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.edition.changed import Number
    from scoring.edition.differing.changes import Written


class Placed(NamedTuple):
    """A number, the clause that governs it ("" where none does), and the steps down to it."""

    number: Number
    clause: str
    path: tuple[Step, ...]


def placed(text: str) -> Iterator[Placed]:
    """The numbers of an edition in the order of its text.

    Raises:
        EditionError: the text is no TOML.
    """
    found = numbers(text)
    tables = tomllib.loads(text, parse_float=Decimals)
    for number in found:
        yield Placed(number, *_down(tables, [_key(part) for part in number.place.split("/")[1:]]))


def _down(tables: Written, parts: list[str]) -> tuple[str, tuple[Step, ...]]:
    node, clause, path = tables, "", list[Step]()
    for part in parts:
        if isinstance(node, list):
            at = int(part)
            entry = [name for name, _, _ in matched(node, node)][at] if is_list_of_tables(node) else str(at + 1)
            path[-1] = path[-1]._replace(entry=entry, names=names_of(node[at]))
            node = node[at]
        elif isinstance(node, Mapping):
            clause = str(node.get(f"{part}_clause", clause))
            node = node[part]
            path.append(Step(part, "", names_of(node)))
        clause = clause_of(None, node, clause)
    return clause, tuple(path)


def _key(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")
