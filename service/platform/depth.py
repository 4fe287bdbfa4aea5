"""How deeply a JSON text nests: what is taken in is written again later, within other objects, which has its bound."""

from __future__ import annotations

from typing import Final

import orjson

MOST_DEEP: Final = 100
"""Lists and objects within each other that a caller may send; nothing that is asked for has a tenth of it."""
_WRITTEN: Final = 254
"""Levels that orjson writes. It reads 1024."""


def is_too_deep(raw: bytes, parsed: object) -> bool:
    """Whether a text nests more deeply than is taken. ``parsed``: what orjson made of it.

    It is written out within so many lists that only what is allowed fits: that takes far less than looking through it,
    and texts with few brackets are not written at all.
    """
    if raw.count(b"[") + raw.count(b"{") <= MOST_DEEP:
        return False
    for _ in range(_WRITTEN - MOST_DEEP):
        parsed = [parsed]
    try:
        orjson.dumps(parsed)
    except orjson.JSONEncodeError:
        return True
    return False
