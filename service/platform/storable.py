"""A caller's text as the database can keep it."""

from __future__ import annotations


def storable(text: str) -> str:
    """The text with U+FFFD in place of U+0000, which PostgreSQL has in no text and no JSON."""
    return text.replace("\0", "\ufffd")
