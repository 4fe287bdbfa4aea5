"""The leaves of the trees of a draw (§2): canonical arrays that begin with the name of their tree; and their salts."""

from __future__ import annotations

from json.encoder import encode_basestring as _quoted
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from scoring.sampling.bytes import h, ticket, tickets
from scoring.sampling.trees import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.sampling.rows import Avoid, FrameRow, RosterRow

ResultTree: TypeAlias = Literal["drawn", "reserve", "team", "cut", "ticket"]

SALT_BYTES = 16


# Over strings, integers and arrays of strings these write what scoring.kernel.canonical writes, several times as fast.


def _array(*items: str | int | Sequence[str]) -> bytes:
    return f"[{','.join([_item(each) for each in items])}]".encode()


def _item(item: str | int | Sequence[str]) -> str:
    if isinstance(item, str):
        return _quoted(item)
    return str(item) if isinstance(item, int) else f"[{_row(item)}]"


def _row(items: Sequence[str]) -> str:
    return ",".join(map(_quoted, items))


def frame_leaf(part: str, row: FrameRow | Sequence[Any]) -> bytes:
    """The leaf of an entity in the tree of the frame."""
    return f"[{_row(('frame', part, *row[:3]))},{row[3]},{_row(row[4:])}]".encode()


def avoid_leaf(part: str, code: str, avoid: Avoid, salt2: str) -> bytes:
    """The row of whom a visit avoids; only its hash stands in the frame."""
    recused, last = avoid
    return f"[{_row(('avoid', part, code))},[{_row(recused)}],[{_row(last)}],{_quoted(salt2)}]".encode()


def avoid_digest(part: str, code: str, avoid: Avoid, salt2: str) -> str:
    """What stands in the frame's row for it: the leaf hash, hex."""
    return leaf_hash(avoid_leaf(part, code, avoid, salt2)).hex()


def inspector_leaf(part: str, row: RosterRow) -> bytes:
    """The leaf of an inspector in the tree of the roster."""
    return _array("inspector", part, *row)


def drawn_leaf(part: str, code: str, salt: str) -> bytes:
    """The leaf of a drawn entity; the tree is ordered by code."""
    return _array("drawn", part, code, salt)


def reserve_leaf(part: str, stratum: str, rank: int, code: str, salt: str) -> bytes:
    """The leaf of a reserve; ``rank`` counts from 1 within the stratum, the tree keeps their order."""
    return _array("reserve", part, stratum, rank, code, salt)


def team_leaf(part: str, code: str, team: Sequence[str], salt: str) -> bytes:
    """The leaf of a visit's team, seat by seat ("" where a seat is empty); the tree is ordered by code."""
    return _array("team", part, code, tuple(team), salt)


def cut_leaf(part: str, stratum: str, cut: str, reserve_cut: str, salt: str) -> bytes:
    """The leaf of a stratum's cuts; the tree has the order of the commitment's strata."""
    return _array("cut", part, stratum, cut, reserve_cut, salt)


def ticket_leaf(part: str, code: str, key: int, salt: str) -> bytes:
    """The leaf of an entity's key (§6, hex without leading zeros); the tree is ordered by code."""
    return _array("ticket", part, code, f"{key:x}", salt)


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


def result_salt(s: bytes, tree: ResultTree, name: str) -> str:
    """The salt of a leaf of the result, hex; ``name`` is the entity's code, in the tree ``cut`` the stratum."""
    return ticket(s, tree, name.encode())[:SALT_BYTES].hex()
