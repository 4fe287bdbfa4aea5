"""The rows of a transcript, read: of a full one salted again, of a public one as they stand or masked (section 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from scoring.kernel.trees import leaf_hash, root_of_hashes
from scoring.sampling.frozen import Frozen, freeze
from scoring.sampling.leaves import leaves_of
from scoring.sampling.outcome import ROOTS, TREES, with_salts
from scoring.sampling.rows import Avoid, FrameRow, RosterRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Row: TypeAlias = "Sequence[Any]"
"""An open row, or the hex hash of a masked one, which is a text."""


class Seen(NamedTuple):
    """A part as a file shows it.

    ``rows``: each list by its name, salted rows or the hex hash of masked ones; ``frozen``: the open rows of frame and
    roster; ``whole``: no row of a list is masked. ``avoid_codes``: of the avoidances, in the order of the file;
    ``avoid_salts``: salt2 of each opened one.
    """

    part: str
    rows: Mapping[str, Sequence[Row]]
    frozen: Frozen
    avoid_codes: Sequence[str]
    avoid_salts: Mapping[str, str]
    short: Sequence[Sequence[Any]]

    def whole(self, *names: str) -> bool:
        """Whether every row of these lists is open; of avoidances: whether every entity's is there."""
        if "avoid" in names and len(self.frozen.avoids) < len(self.rows["frame"]):
            return False
        return not any(isinstance(row, str) for name in names if name != "avoid" for row in self.rows[name])

    def open(self, name: str) -> list[Sequence[Any]]:
        """The open rows of a list, salt last."""
        return [row for row in self.rows[name] if not isinstance(row, str)]

    def root(self, name: str) -> str:
        """The root over a list."""
        return root_of_hashes(self.hashes(name)).hex()

    def hashes(self, name: str) -> list[bytes]:
        """The leaf hashes of a list."""
        opened = leaf_hashes(self.part, name, self.open(name))
        return [bytes.fromhex(row) if isinstance(row, str) else next(opened) for row in self.rows[name]]


def seen(transcript: Mapping[str, Any]) -> list[Seen]:
    """Every part of a transcript."""
    if transcript["view"] == "full":
        salt_key = bytes.fromhex(transcript["salt_key"])
        return [_full(part, salt_key) for part in transcript["parts"]]
    return [_public(part) for part in transcript["parts"]]


def _full(part: Mapping[str, Any], salt_key: bytes) -> Seen:
    name = part["part"]
    avoids = {code: Avoid(tuple(recused), tuple(last)) for code, recused, last in part["avoid"]}
    frame = [FrameRow(*row) for row in part["frame"]]
    people = [_person(row) for row in part["roster"]]
    frozen = freeze(name, salt_key, frame, avoids, people)
    rows: dict[str, Sequence[Row]] = {
        "frame": _in_order(frozen.frame, part["frame"]),
        "roster": _in_order([[*row[:2], list(row.skills), *row[3:]] for row in frozen.roster], part["roster"]),
    }
    rows |= {each: with_salts(name, each, part[each], salt_key) for each in ROOTS}
    codes = [row[0] for row in part["avoid"]]
    return Seen(name, rows, frozen._replace(avoids=avoids), codes, {}, part["short"])


def _in_order(salted: Sequence[Sequence[Any]], given: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """The salted rows in the order in which the file has them."""
    if all(row[0] == other[0] for row, other in zip(salted, given, strict=True)):
        return salted
    by_row = {repr(list(row[: len(given[0])])): row for row in salted}
    return [by_row[repr(list(row))] for row in given]


def _person(row: Sequence[Any]) -> RosterRow:
    values = list(row)
    values[2] = tuple(row[2])
    return RosterRow(*values)


def _public(part: Mapping[str, Any]) -> Seen:
    frame = tuple(FrameRow(*row) for row in part["frame"] if not isinstance(row, str))
    roster = tuple(_person(row) for row in part["roster"] if not isinstance(row, str))
    avoids = {code: Avoid(tuple(recused), tuple(last)) for code, recused, last, _ in part["avoid"]}
    rows = {name: part[name] for name in ("frame", "roster", *ROOTS)}
    salts = {row[0]: row[3] for row in part["avoid"]}
    codes = [row[0] for row in part["avoid"]]
    return Seen(part["part"], rows, Frozen(part["part"], frame, avoids, roster), codes, salts, part["short"])


def leaf_hashes(part: str, name: str, rows: Sequence[Sequence[Any]]) -> Iterator[bytes]:
    """The leaf hashes of salted rows of the list ``name``."""
    tree = "inspector" if name == "roster" else TREES.get(name, name)
    return map(leaf_hash, leaves_of(tree, part, rows))
