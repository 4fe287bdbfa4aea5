"""What is a signature and what only pairs like one: cofactor points, infinity and second encodings are refused."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from py_ecc import optimized_bls12_381
from py_ecc.bls import g2_primitives, hash_to_curve

from scoring.sampling.pairing import is_signature

CURVE: Any = optimized_bls12_381
POINTS: Any = g2_primitives
HASHING: Any = hash_to_curve

DOMAIN = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
SECRET = 0x5EED
PUBLIC_KEY = POINTS.G2_to_signature(CURVE.multiply(CURVE.G2, SECRET)).hex()
MESSAGE = sha256(b"a round").digest()
HASHED = HASHING.hash_to_G1(MESSAGE, DOMAIN, sha256)
SIGNED = CURVE.multiply(HASHED, SECRET)


def encoded(point: Any) -> bytes:  # noqa: ANN401 -- a point of an untyped library
    return bytes(POINTS.G1_to_pubkey(point))


def on_the_curve_only() -> Any:  # noqa: ANN401 -- same
    """A point of the cofactor group: r times the first point with a small x that the subgroup does not hold."""
    field, modulus = CURVE.FQ, CURVE.field_modulus
    for x in range(1, 100):
        square = (x**3 + CURVE.b.n) % modulus
        y = pow(square, (modulus + 1) // 4, modulus)
        if y * y % modulus == square:
            point = CURVE.multiply((field(x), field(y), field(1)), CURVE.curve_order)
            if not CURVE.is_inf(point):
                return point
    raise AssertionError


def pairs(signature: bytes) -> bool:
    """The pairing alone, as a verifier without the subgroup check does it."""
    key = POINTS.signature_to_G2(bytes.fromhex(PUBLIC_KEY))
    point = POINTS.pubkey_to_G1(signature)
    return bool(CURVE.pairing(CURVE.G2, point) == CURVE.pairing(key, HASHED))


def test_the_signature_is_accepted() -> None:
    assert is_signature(PUBLIC_KEY, MESSAGE, encoded(SIGNED))


def test_the_signature_of_another_message_is_refused() -> None:
    assert not is_signature(PUBLIC_KEY, sha256(b"another round").digest(), encoded(SIGNED))


def test_the_signature_under_another_key_is_refused() -> None:
    other = POINTS.G2_to_signature(CURVE.multiply(CURVE.G2, SECRET + 1)).hex()
    assert not is_signature(other, MESSAGE, encoded(SIGNED))


def test_a_cofactor_point_added_still_pairs_and_is_refused() -> None:
    forged = encoded(CURVE.add(SIGNED, on_the_curve_only()))
    assert forged != encoded(SIGNED)
    assert pairs(forged)
    assert not is_signature(PUBLIC_KEY, MESSAGE, forged)


def test_the_point_of_the_other_sign_is_refused() -> None:
    assert not is_signature(PUBLIC_KEY, MESSAGE, encoded(CURVE.neg(SIGNED)))


def test_infinity_is_refused_even_under_a_key_at_infinity() -> None:
    infinity = encoded(CURVE.Z1)
    assert infinity == b"\xc0" + bytes(47)
    assert not is_signature(PUBLIC_KEY, MESSAGE, infinity)
    nobody = POINTS.G2_to_signature(CURVE.Z2).hex()
    assert not is_signature(nobody, MESSAGE, infinity)


def short_signature() -> tuple[bytes, bytes]:
    """A message and its signature whose x leaves room for a second encoding, x + q below 2^381."""
    for number in range(100):
        message = sha256(number.to_bytes(8, "big")).digest()
        signature = encoded(CURVE.multiply(HASHING.hash_to_G1(message, DOMAIN, sha256), SECRET))
        if int.from_bytes(signature, "big") % 2**381 + CURVE.field_modulus < 2**381:
            return message, signature
    raise AssertionError


def test_a_second_encoding_of_the_same_point_is_refused() -> None:
    message, signature = short_signature()
    assert is_signature(PUBLIC_KEY, message, signature)
    second = (int.from_bytes(signature, "big") + CURVE.field_modulus).to_bytes(48, "big")
    assert not is_signature(PUBLIC_KEY, message, second)


@pytest.mark.parametrize(
    "changed",
    [
        b"",
        encoded(SIGNED)[:47],
        b"\x00" + encoded(SIGNED),
        encoded(SIGNED) + b"\x00",
        bytes([encoded(SIGNED)[0] & 0x7F]) + encoded(SIGNED)[1:],
        bytes([encoded(SIGNED)[0] | 0x40]) + encoded(SIGNED)[1:],
        b"\xe0" + bytes(47),
        b"\xc0" + bytes(46) + b"\x01",
        b"\x80" + bytes(47),
        b"\xff" * 48,
    ],
    ids=[
        "empty",
        "short",
        "led by a zero",
        "long",
        "without the flag of compression",
        "with the flag of infinity",
        "infinity with a sign",
        "infinity with an x",
        "x = 0",
        "x beyond the field",
    ],
)
def test_other_bytes_are_refused(changed: bytes) -> None:
    assert not is_signature(PUBLIC_KEY, MESSAGE, changed)
