"""What a secret or an identity number looks like, wherever it stands: the second wall of logs, behind not telling it.

A password looks like nothing: only the first wall keeps it out.
"""

import re
from typing import Final

REDACTED: Final = "[redacted]"

# Identity number of a natural person (GB 11643-1999): region, date of birth, order, check. The number of a unit
# begins with 9 or bears letters, and is public.
_IDENTITY: Final = r"[1-8]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]"
_SHAPES: Final = re.compile(
    "|".join(
        (
            rf"(?<![0-9A-Za-z]){_IDENTITY}(?![0-9A-Za-z])",
            r"(?i:\b(?:bearer|basic|digest|negotiate)\s+)[A-Za-z0-9._~+/=-]{8,}",
            r"\bxj_[A-Za-z0-9_-]{8,}",  # our own tokens
            r"\bwhsec_[A-Za-z0-9+/=]{8,}",  # secrets of webhooks (Standard Webhooks)
            r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?",  # JSON Web Tokens
            r"\botpauth://\S+",
            r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)",  # name and password of an address
            r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{64}(?![0-9A-Fa-f])",  # keys of 32 bytes, and digests with them
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
        )
    )
)


def blanked(text: str) -> str:
    """The text without what looks like a secret or an identity number."""
    return _SHAPES.sub(REDACTED, text)


def looks_secret(text: str) -> bool:
    """Whether anything in a text looks like a secret or an identity number."""
    return _SHAPES.search(text) is not None
