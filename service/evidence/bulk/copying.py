"""A draft as one line of COPY's text form, made where the file is read: whoever stores it only hands it on.

Fields that a shape confines to letters, digits and marks go as they are; in free text a backslash is the only sign
left to escape, for no shape admits a control character.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from service.evidence.intake.draft import Draft

NULL: Final = "\\N"


class Row(NamedTuple):
    """One draft, the number of its row in the file or batch, and its line for the staging table."""

    number: int
    draft: Draft
    line: bytes


def row_of(number: int, draft: Draft) -> Row:
    """A draft ready to be staged."""
    return Row(number, draft, (_occasion if draft.kind is None else _event)(number, draft).encode())


def _event(number: int, draft: Draft) -> str:
    values, digest, kind = draft
    get = values.get
    decided: date = values["decided_on"]
    corrected, performed, value, attributes = get("corrected_on"), get("performed_on"), get("value"), get("attributes")
    ends = get("publicity_ends_on")
    latest = decided if corrected is performed is None else max(decided, corrected or decided, performed or decided)
    fields = (
        str(number),
        values["entity"].replace("\\", "\\\\"),
        values["source"],
        values["source_ref"].replace("\\", "\\\\"),
        "\\\\x" + digest.hex(),
        _text(kind.code if kind else None),
        values["code"],
        get("severity") or NULL,
        decided.isoformat(),
        latest.isoformat(),
        "t" if kind and kind.final else "f",
        NULL if value is None else str(value),
        _text(get("occasion")),
        _text(get("case_ref")),
        _list(get("kinds")),
        corrected.isoformat() if corrected else NULL,
        performed.isoformat() if performed else NULL,
        ends.isoformat() if ends else NULL,
        _text(orjson.dumps(attributes).decode()) if attributes else NULL,
    )
    return "\t".join(fields) + "\n"


def _occasion(number: int, draft: Draft) -> str:
    values, digest, _ = draft
    held: date = values["held_on"]
    return (
        f"{number}\t{_text(values['entity'])}\t{values['source']}\t{_text(values['source_ref'])}\t\\\\x{digest.hex()}\t"
        f"{values['type']}\t{held}\t{held}\t{'t' if values.get('closed') else 'f'}\t{_list(values.get('kinds'))}\n"
    )


def _text(value: str | None) -> str:
    return NULL if value is None else value.replace("\\", "\\\\")


def _list(keys: Iterable[str] | None) -> str:
    """An array of keys; quoted, for a key may read ``null``."""
    return NULL if keys is None else "{" + ",".join(f'"{key}"' for key in keys) + "}"
