"""Whether an Ed25519 signature holds (RFC 8032 §5.1.7), with the standard library alone: a verifier of few signatures.

Nothing here is secret, so nothing need take the same time; signing is the service's, with a library.
"""

from __future__ import annotations

from hashlib import sha512
from typing import Final, TypeAlias

Point: TypeAlias = tuple[int, int, int, int]

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
_P: Final = 2**255 - 19
_L: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, _P) % _P
_ROOT: Final = pow(2, (_P - 1) // 4, _P)  # a square root of -1
_SIGN: Final = 1 << 255


def holds(key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether 64 bytes are a signature of ``message`` under a public key of 32; False where either is none."""
    if len(key) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    owner, made = _point(key), _point(signature[:KEY_BYTES])
    scalar = int.from_bytes(signature[KEY_BYTES:], "little")
    if owner is None or made is None or scalar >= _L:
        return False
    digest = sha512(signature[:KEY_BYTES] + key + message).digest()
    challenge = int.from_bytes(digest, "little") % _L
    return _same(_times(scalar, _BASE), _sum(made, _times(challenge, owner)))


def _point(said: bytes) -> Point | None:
    """The point of the curve that 32 bytes tell (§5.1.3); None where there is none, or another form tells it."""
    number = int.from_bytes(said, "little")
    y, odd = number % _SIGN, number >= _SIGN
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if x * x % _P != square:
        x = x * _ROOT % _P
    if x * x % _P != square or (not x and odd):
        return None
    if x % 2 != odd:
        x = _P - x
    return x, y, 1, x * y % _P


def _sum(one: Point, other: Point) -> Point:
    """Two points added, in extended coordinates (§5.1.4)."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(scalar: int, point: Point) -> Point:
    found: Point = (0, 1, 1, 0)
    while scalar:
        if scalar % 2:
            found = _sum(found, point)
        point, scalar = _sum(point, point), scalar // 2
    return found


def _same(one: Point, other: Point) -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % _P == 0 == (one[1] * other[2] - other[1] * one[2]) % _P


_Y: Final = 4 * pow(5, -1, _P) % _P
_BASE: Final[Point] = _point(_Y.to_bytes(KEY_BYTES, "little"))  # type: ignore[assignment] # it is on the curve
