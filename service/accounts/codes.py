"""One-time codes: those of time (TOTP, RFC 6238) and those for the day on which the telephone is lost."""

from __future__ import annotations

import base64
import secrets
import unicodedata
from hashlib import sha256
from hmac import compare_digest
from typing import TYPE_CHECKING, Final

from pyotp import TOTP, random_base32

if TYPE_CHECKING:
    from datetime import datetime

DRIFT: Final = 1
"""Steps of half a minute by which a telephone's clock may be wrong, either way (RFC 6238, 5.2)."""
RECOVERY_CODES: Final = 10
_BYTES: Final = 15
"""Of a recovery code: 120 bits, which nobody finds from a fast digest (OWASP ASVS 5.0, V6.5.2, asks for 112)."""
_ISSUER: Final = "Xinjian"


def new_secret() -> str:
    """A secret that a telephone and we share: 160 bits as RFC 4226 recommends, in Base32."""
    return random_base32()


def enrolment_uri(secret: str, login: str) -> str:
    """What the QR code of an enrolment says, as authenticator apps read it."""
    return TOTP(secret).provisioning_uri(name=login, issuer_name=_ISSUER)


def accepted_step(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The time step of which this is the code, or None.

    ``after``: the last step whose code was accepted. A code is accepted once, and none of before (RFC 6238, 5.2).
    """
    totp, typed = TOTP(secret), _plain(code).encode()
    here = int(now.timestamp()) // totp.interval
    wanted = (step for step in range(here + DRIFT, here - DRIFT - 1, -1) if step > after)
    return next((step for step in wanted if compare_digest(totp.generate_otp(step).encode(), typed)), None)


def new_recovery_codes() -> tuple[str, ...]:
    """Recovery codes as a person writes them down: six groups of four, `ABCD-EFGH-…`."""
    found = (base64.b32encode(secrets.token_bytes(_BYTES)).decode() for _ in range(RECOVERY_CODES))
    return tuple("-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in found)


def recovery_digest(account_id: str, code: str) -> bytes:
    """What is stored of a recovery code; however it was spaced, hyphened or capitalised, it is the same."""
    return sha256(f"recovery {account_id} {_plain(code).upper()}".encode()).digest()


def _plain(code: str) -> str:
    """A code without what people put between its signs; full-width signs are the same."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", code) if sign.isalnum())
