"""BLS signatures on G1 of BLS12-381 (§3): the one place of a draw that needs more than the standard library."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import Any

SIGNATURE_BYTES = 48

_REMEMBERED = 64
"""Signatures whose answer is kept: a pairing takes a quarter of a second, and the files of one draw show the same."""

_DOMAIN = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"


def is_signature(public_key: str, message: bytes, signature: bytes) -> bool:
    """Whether this is the signature: its canonical bytes, of a point that is not infinity and has prime order.

    The pairing alone would take a signature to which any point of the cofactor group was added: about 2^126 accepted
    values for one message.

    Raises:
        ImportError: no pairing library is installed.
    """
    # Asked here, because all else of a draw is verified on a bare interpreter, and outside of what is remembered.
    import py_ecc.bls  # noqa: F401, PLC0415 -- see above

    return _is_signature(public_key, message, signature)


@lru_cache(maxsize=_REMEMBERED)
def _is_signature(public_key: str, message: bytes, signature: bytes) -> bool:
    from py_ecc import optimized_bls12_381  # noqa: PLC0415 -- see above
    from py_ecc.bls import g2_primitives, hash_to_curve  # noqa: PLC0415 -- see above

    # Untyped: the library's types export nothing of the curve and call the maker of a hash a hash.
    curve: Any = optimized_bls12_381
    points: Any = g2_primitives
    hashing: Any = hash_to_curve
    if len(signature) != SIGNATURE_BYTES:
        return False
    try:
        point = points.pubkey_to_G1(signature)
    except ValueError:
        return False
    if curve.is_inf(point) or not points.subgroup_check(point) or points.G1_to_pubkey(point) != signature:
        return False
    hashed = hashing.hash_to_G1(message, _DOMAIN, sha256)
    key = points.signature_to_G2(bytes.fromhex(public_key))
    product = curve.pairing(curve.G2, point, final_exponentiate=False)
    product *= curve.pairing(curve.neg(key), hashed, final_exponentiate=False)
    return bool(curve.final_exponentiate(product) == curve.FQ12.one())
