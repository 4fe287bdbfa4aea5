"""The documents of a draw, each a function of stored inputs (section 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.kernel.errors import LawError
from scoring.sampling.bytes import PROTOCOL, SUITE, digest
from scoring.sampling.keys import witness_commitment
from scoring.sampling.leaves import entity_salts, part_salt
from scoring.sampling.outcome import roots
from scoring.sampling.views import leaf_hashes, seen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scoring.sampling.frozen import Frozen
    from scoring.sampling.outcome import Outcome

BEGINNING = "0" * 64
"""What the first entry of a register and the first event of a log name as the one before."""


def commitment(terms: Mapping[str, Any], parts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The commitment of its terms (every field but type, protocol, suite and parts) and its committed parts."""
    return {"type": "commitment", "protocol": PROTOCOL, "suite": SUITE, **terms, "parts": list(parts)}


def closing(commitment: Mapping[str, Any], revealed: Mapping[str, bytes], closed_at: int) -> dict[str, Any]:
    """The closing over the values that witnesses revealed in time; the others are missing.

    Raises:
        LawError: ``witness_value_wrong``.
    """
    reveals, missing = [], []
    for witness in commitment["witnesses"]:
        name = witness["id"]
        if name not in revealed:
            missing.append(name)
            continue
        if witness_commitment(commitment["draw"], name, revealed[name]) != witness["commitment"]:
            raise LawError(
                "witness_value_wrong",
                zh=f"见证人 {name} 交来的数值与其承诺值不符，请其核对后重交。",
                en=f"The value of witness {name} does not open their commitment: have it sent again.",
            )
        reveals.append({"witness": name, "value": revealed[name].hex()})
    return {
        "type": "closing",
        "draw": commitment["draw"],
        "commitment": digest(commitment),
        "closed_at": closed_at,
        "reveals": reveals,
        "missing": missing,
    }


def entropy(
    closing: Mapping[str, Any],
    entered: Sequence[Mapping[str, Any]],
    attempt: int = 1,
    failed: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The entropy of an attempt, as ``{by, at, values}`` of each who entered it; all must have entered the same.

    Raises:
        LawError: ``entropy_entries_differ``.
    """
    values = entered[0]["values"]
    if any(each["values"] != values for each in entered):
        raise LawError(
            "entropy_entries_differ",
            zh="各录入人录入的随机值不一致，请各自核对来源后重录。",
            en="The values entered differ: check them against the source and enter them again.",
        )
    return {
        "type": "entropy",
        "draw": closing["draw"],
        "closing": digest(closing),
        "attempt": attempt,
        "failed": list(failed),
        "values": values,
        "entered": list(entered),
    }


def result(entropy: Mapping[str, Any], outcomes: Sequence[Outcome], salt_key: bytes) -> dict[str, Any]:
    """The roots of the outcome of every part."""
    return {
        "type": "result",
        "draw": entropy["draw"],
        "entropy": digest(entropy),
        "parts": [{"part": each.part, **roots(each, salt_key), "short": len(each.short)} for each in outcomes],
    }


def entry(before: Mapping[str, Any] | None, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The register's next entry. ``facts``: every field but type, n and prev."""
    return {"type": "entry", "n": before["n"] + 1 if before else 1, "prev": _head(before), **facts}


def event(before: Mapping[str, Any] | None, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The log's next event. ``facts``: every field but type, n and prev."""
    return {"type": "event", "n": before["n"] + 1 if before else 1, "prev": _head(before), **facts}


def _head(before: Mapping[str, Any] | None) -> str:
    return digest(before) if before else BEGINNING


def full(
    documents: Mapping[str, Any], salt_key: bytes, frozen: Sequence[Frozen], outcomes: Sequence[Outcome]
) -> dict[str, Any]:
    """The full transcript.

    ``documents``: plan ({} if none), commitment, closing, entropy, secret (hex or ""), result, register and log.
    """
    parts = zip(frozen, outcomes, strict=True)
    return {
        "type": "transcript",
        "view": "full",
        **documents,
        "salt_key": salt_key.hex(),
        "parts": [_full_part(rows, outcome) for rows, outcome in parts],
    }


def _full_part(frozen: Frozen, outcome: Outcome) -> dict[str, Any]:
    return {
        "part": frozen.part,
        "frame": [list(row[:7]) for row in frozen.frame],
        "avoid": [[row.code, *map(list, frozen.avoids[row.code])] for row in frozen.frame],
        "roster": [[*row[:2], list(row.skills), *row[3:7]] for row in frozen.roster],
        **outcome.rows,
        "short": outcome.short,
    }


def public(transcript: Mapping[str, Any], shows: Callable[[str, Sequence[Any]], bool]) -> dict[str, Any]:
    """The public view of a full transcript: every row with its salt where ``shows`` says so, else its leaf hash.

    ``shows`` takes the name of a list and its row; of avoidances, only rows shown are there at all. The secret stays
    where the commitment opens all rows.
    """
    secret = transcript["secret"] if transcript["commitment"]["rows"] == "open" else ""
    salt_key = bytes.fromhex(transcript["salt_key"])
    parts = []
    for part in seen(transcript):
        salts = entity_salts(part_salt(salt_key, part.part), [row.code for row in part.frozen.frame])
        avoid = [
            [row.code, *map(list, part.frozen.avoids[row.code]), salt2]
            for row, (_, salt2) in zip(part.frozen.frame, salts, strict=True)
        ]
        lists = {name: _masked(part.part, name, rows, shows) for name, rows in part.rows.items()}
        shown = [row for row in avoid if shows("avoid", row)]
        parts.append({"part": part.part, "short": list(part.short), "avoid": shown, **lists})
    return {**transcript, "view": "public", "secret": secret, "salt_key": "", "parts": parts}


def _masked(
    part: str, name: str, rows: Sequence[Sequence[Any]], shows: Callable[[str, Sequence[Any]], bool]
) -> list[Any]:
    """The rows of a list, each as it is or as its leaf hash."""
    shown = [shows(name, row) for row in rows]
    hashes = leaf_hashes(part, name, [row for row, is_shown in zip(rows, shown, strict=True) if not is_shown])
    return [list(row) if is_shown else next(hashes).hex() for row, is_shown in zip(rows, shown, strict=True)]
