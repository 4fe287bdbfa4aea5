"""The text of a next edition begun from the last: its own name, predecessor and first day, all else the same."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

_TABLE: Final = re.compile(r"^[ \t]*\[", re.MULTILINE)
"""Where the keys of the edition as a whole end and its tables begin."""


def succeeding(text: str, edition_id: str, *, predecessor: str, force_from: date) -> str:
    """The text of an edition as that of its successor.

    Args:
        text: TOML of an edition, whose keys ``id`` and ``force_from`` each have a line of their own.
        edition_id: of the successor.
        predecessor: the id of the edition that the text is of.
        force_from: the first day of the successor.
    """
    table = _TABLE.search(text)
    end = len(text) if table is None else table.start()
    head, rest = text[:end], text[end:]
    head = _line("id").sub(lambda _: f"id = {json.dumps(edition_id, ensure_ascii=False)}", head, count=1)
    head = _line("force_from").sub(lambda _: f"force_from = {force_from.isoformat()}", head, count=1)
    named = f"predecessor = {json.dumps(predecessor, ensure_ascii=False)}"
    if _line("predecessor").search(head):
        return _line("predecessor").sub(lambda _: named, head, count=1) + rest
    return _line("id").sub(lambda found: f"{found[0]}\n{named}", head, count=1) + rest


def _line(key: str) -> re.Pattern[str]:
    """A key with its value, up to a comment behind it."""
    return re.compile(rf"""^{key}[ \t]*=[ \t]*(?:"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[^#\s]+)""", re.MULTILINE)
