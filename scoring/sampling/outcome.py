"""What a seed makes of frozen rows: sample, reserves, cuts, teams, tickets (sections 2, 6, 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.kernel.trees import root
from scoring.sampling.bytes import digest
from scoring.sampling.keys import entropy_digest, seed, ticket_key
from scoring.sampling.leaves import leaves_of, part_salt, result_salts
from scoring.sampling.sample import Selected, Stratum, keys_of, select
from scoring.sampling.staffing import staffed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scoring.sampling.frozen import Frozen
    from scoring.sampling.leaves import ResultTree
    from scoring.sampling.rows import FrameRow

ROOTS: Mapping[str, str] = {
    "drawn": "drawn_root",
    "reserves": "reserve_root",
    "teams": "team_root",
    "cuts": "cut_root",
    "tickets": "ticket_root",
}
"""The root in the result of each list of rows in a transcript."""

TREES: Mapping[str, ResultTree] = {
    "drawn": "drawn",
    "reserves": "reserve",
    "teams": "team",
    "cuts": "cut",
    "tickets": "ticket",
}
"""The tree of each of those lists."""


class Outcome(NamedTuple):
    """The rows of a part's result without salts, in the order of their trees; ``short``: seats left empty."""

    part: str
    rows: Mapping[str, list[list[Any]]]
    short: list[list[Any]]


def seed_of(closing: Mapping[str, Any], entropy: Mapping[str, Any], secret: bytes) -> bytes:
    """The seed of an attempt; ``secret`` is empty where the attempt uses none."""
    return seed(digest(closing), secret, entropy_digest(entropy["values"]), entropy["attempt"])


def drawn(commitment: Mapping[str, Any], frozen: Sequence[Frozen], seed: bytes) -> list[Outcome]:
    """The outcome of every part."""
    parts = zip(commitment["parts"], frozen, strict=True)
    return [_of_part(part, rows, seed, keeps_tickets=commitment["rows"] == "none") for part, rows in parts]


def selected(part: Mapping[str, Any], frame: Sequence[FrameRow], seed: bytes) -> dict[str, Selected]:
    """The sample and reserves of every stratum of a part."""
    by_stratum = rows_by_stratum(frame)
    key, turn = key_of(part, seed), rotation_of(part)
    return {
        each["stratum"]: select(stratum_of(each), by_stratum.get(each["stratum"], []), key, turn)
        for each in part["strata"]
    }


def rows_by_stratum(frame: Sequence[FrameRow]) -> dict[str, list[FrameRow]]:
    """The rows drawn from, stratum by stratum."""
    found: dict[str, list[FrameRow]] = {}
    for row in frame:
        if row.state == "in":
            found.setdefault(row.stratum, []).append(row)
    return found


def stratum_of(stratum: Mapping[str, Any]) -> Stratum:
    """What the selection needs of a committed stratum."""
    return Stratum(stratum["order"], stratum["draw"], stratum["reserves"])


def key_of(part: Mapping[str, Any], seed: bytes) -> bytes:
    """The key of the part's tickets: shared by all parts, or its own."""
    return ticket_key(seed, "" if part["tickets"] == "shared" else part["part"])


def rotation_of(part: Mapping[str, Any]) -> tuple[int, int]:
    """The part's rotation."""
    num, den = part["rotation"]
    return num, den


def _of_part(part: Mapping[str, Any], frozen: Frozen, seed: bytes, *, keeps_tickets: bool) -> Outcome:
    found = selected(part, frozen.frame, seed)
    codes = sorted(code for each in found.values() for code in each.drawn)
    teams, short = staffed(part, frozen, codes, seed)
    rows: dict[str, list[list[Any]]] = {
        "drawn": [[code] for code in codes],
        "reserves": [
            [name, rank, code] for name, each in found.items() for rank, code in enumerate(each.reserves, start=1)
        ],
        "cuts": [[name, each.cut, each.reserve_cut] for name, each in found.items()],
        "teams": [[code, teams[code]] for code in codes],
        "tickets": tickets_of(part, frozen.frame, seed) if keeps_tickets else [],
    }
    return Outcome(part["part"], rows, short)


def tickets_of(part: Mapping[str, Any], frame: Sequence[FrameRow], seed: bytes) -> list[list[Any]]:
    """The key of every entity drawn from, ascending by code: the rows of the list ``tickets``."""
    by_stratum = rows_by_stratum(frame)
    found: list[list[Any]] = []
    for each in part["strata"]:
        rows = by_stratum.get(each["stratum"], [])
        codes, weights = [row.code for row in rows], [row.weight for row in rows]
        keys = keys_of(stratum_of(each), codes, weights, key_of(part, seed), rotation_of(part))
        found += [[code, f"{key:x}"] for code, key in zip(codes, keys, strict=True)]
    return sorted(found)


def with_salts(part: str, name: str, rows: Sequence[Sequence[Any]], salt_key: bytes) -> list[list[Any]]:
    """The rows of a list of the result, each with its salt behind it."""
    s = part_salt(salt_key, part)
    place = 2 if name == "reserves" else 0
    salts = result_salts(s, TREES[name], [row[place] for row in rows])
    return [[*row, salt] for row, salt in zip(rows, salts, strict=True)]


def roots(outcome: Outcome, salt_key: bytes) -> dict[str, str]:
    """The roots of a part's result; that of the tickets is "" where there are none."""
    found = {}
    for name, field in ROOTS.items():
        rows = with_salts(outcome.part, name, outcome.rows[name], salt_key)
        found[field] = root(leaves_of(TREES[name], outcome.part, rows)).hex()
    if not outcome.rows["tickets"]:
        found["ticket_root"] = ""
    return found
