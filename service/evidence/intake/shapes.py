"""The shapes of single fields of evidence, once, for the compiled checker and for the marshmallow schemas alike."""

from __future__ import annotations

import re
from typing import Final

SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""Name of the system that sends: small letters, digits, dot, dash, underscore."""
ENTITY: Final = re.compile(r"(?:uscc:[0-9A-Z]{18}|reg:[0-9A-Za-z]{1,32}|own:[^\s\x00-\x1f\x7f]{1,64})")
"""Public key of an entity."""
CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""A key of a catalogue: event code, severity, occasion type, entity kind."""
ATTRIBUTE: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
TEXT: Final = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
"""Printable: no control characters, no halves of characters."""
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
POINTS: Final = re.compile(r"-?[0-9]{1,7}(?:\.[0-9]{1,2})?")
PROBABILITY: Final = re.compile(r"0\.(?!0+$)[0-9]{1,9}|1(?:\.0{1,9})?")
"""Above 0, at most 1."""

REFERENCE_LENGTH: Final = 128
VALUE_LENGTH: Final = 500
WHOLE_POINTS: Final = 9_999_999
"""Greatest amount of whole points that ``POINTS`` can write."""
KINDS: Final = 64
ATTRIBUTES: Final = 32

NUL: Final = "\x00"


def hundredths(text: str) -> int:
    """Points as written (shape ``POINTS``) in hundredths, exactly: ``-2.5`` is -250."""
    sign = -1 if text.startswith("-") else 1
    whole, _, part = text.lstrip("-").partition(".")
    return sign * (int(whole) * 100 + int(part.ljust(2, "0") or "0"))


def billionths(text: str) -> int:
    """A probability as written (shape ``PROBABILITY``) in billionths, exactly: ``0.05`` is 50,000,000."""
    whole, _, part = text.partition(".")
    return int(whole + part.ljust(9, "0"))
