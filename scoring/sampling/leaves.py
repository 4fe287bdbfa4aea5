"""The leaves of the trees of a draw (§2): canonical arrays that begin with the name of their tree; and their salts."""

from __future__ import annotations

from json import JSONEncoder
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from scoring.sampling.bytes import h, ticket, tickets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ResultTree: TypeAlias = Literal["drawn", "reserve", "team", "cut", "ticket"]

SALT_BYTES = 16

_AT_ONCE: Final = 4096
"""Rows that are written in one go: so many that the encoder's start counts for nothing, and no more memory than needed.
"""

# Of rows this writes what scoring.kernel.canonical writes, several times as fast. A line feed stands for the comma at
# first: JSON has none inside a string, so that what was written at once comes apart where a row ends.
_lines = JSONEncoder(ensure_ascii=False, separators=("\n", ":")).encode


def leaves_of(tree: str, part: str, rows: Sequence[Sequence[Any]]) -> Iterator[bytes]:
    """The leaves of salted rows, whose items are strings, integers and lists of strings.

    frame: the fields of ``FrameRow``. avoid: code, recused, last, salt2; only the leaf's hash stands in the frame.
    inspector: the fields of ``RosterRow``. drawn: code, salt; by code. reserve: stratum, rank from 1 within it, code,
    salt; in their order. team: code, ids by seat ("" where one is empty), salt; by code. cut: stratum, cut, reserve
    cut, salt; in the order of the commitment's strata. ticket: code, key (section 6, hex without leading zeros), salt;
    by code.
    """
    for start in range(0, len(rows), _AT_ONCE):
        # Null, which no row holds, keeps a row apart from the next.
        apart = [each for row in rows[start : start + _AT_ONCE] for each in ((tree, part, *row), None)]
        text = _lines(apart).removeprefix("[").removesuffix("\nnull]")
        yield from text.replace("\nnull\n", "\0").replace("\n", ",").encode().split(b"\0")


def part_salt(salt_key: bytes, part: str) -> bytes:
    """The s of §2: the key from which all salts of a part come."""
    return h("key", salt_key, "salt", part)


def entity_salts(s: bytes, codes: Sequence[str]) -> list[tuple[str, str]]:
    """For each entity (salt of its frame row, salt2 of its avoidance row), hex."""
    found = tickets(s, "salt", map(str.encode, codes))
    return [(z[:SALT_BYTES].hex(), z[SALT_BYTES:].hex()) for z in found]


def inspector_salt(s: bytes, inspector: str) -> str:
    """The salt of a roster row, hex."""
    return ticket(s, "inspector", inspector.encode())[:SALT_BYTES].hex()


def result_salts(s: bytes, tree: ResultTree, names: Sequence[str]) -> list[str]:
    """The salts of leaves of a tree of the result, hex; named by the entities' codes, in ``cut`` by the strata."""
    return [z[:SALT_BYTES].hex() for z in tickets(s, tree, map(str.encode, names))]
