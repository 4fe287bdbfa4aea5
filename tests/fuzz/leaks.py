"""What no answer may tell: how the service is made, which statement failed, where a file lies."""

from __future__ import annotations

import re
from typing import Final

_INNER: Final = re.compile(
    rb"Traceback \(most recent|File \"[^\"]+\.py\"|psycopg|sqlalchemy|werkzeug|jinja2|\bSELECT\b.+\bFROM\b"
    rb"|site-packages|KeyError|TypeError|AttributeError|UnicodeDecodeError|PGPASSWORD|DATABASE_URL"
)


def leaked(body: bytes) -> bytes:
    """What an answer tells of the inside of the service; empty where it tells nothing."""
    found = _INNER.search(body)
    return found[0] if found else b""
