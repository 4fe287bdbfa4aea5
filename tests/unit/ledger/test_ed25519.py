"""Signatures by the library's own, held by ours; and the known answers of RFC 8032 §7.1, tampered ones too."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.ledger.ed25519 import holds

KNOWN = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize(("key", "message", "signature"), KNOWN)
def test_the_known_answers_hold_and_no_other_message_key_or_signature(key: str, message: str, signature: str) -> None:
    public, said, signed = (bytes.fromhex(one) for one in (key, message, signature))
    assert holds(public, signed, said)
    assert not holds(public, signed, said + b"\x00")
    assert not holds(bytes([public[0] ^ 1]) + public[1:], signed, said)
    for at in range(0, 64, 7):
        assert not holds(public, signed[:at] + bytes([signed[at] ^ 4]) + signed[at + 1 :], said)


def test_a_scalar_beyond_the_order_is_refused() -> None:
    """Else one signature could be written in two ways (RFC 8032 §8.4)."""
    public, said, signed = (bytes.fromhex(one) for one in KNOWN[1])
    scalar = int.from_bytes(signed[32:], "little") + ORDER
    assert not holds(public, signed[:32] + scalar.to_bytes(32, "little"), said)


@pytest.mark.parametrize(
    ("key", "signature"), [(b"", b""), (b"\xff" * 32, b"\x00" * 64), (b"\x02" + b"\x00" * 31, b"\x00" * 64)]
)
def test_what_is_no_key_holds_nothing(key: bytes, signature: bytes) -> None:
    assert not holds(key, signature, b"")


@settings(max_examples=25)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200))
def test_what_the_library_signs_holds(seed: bytes, message: bytes) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    assert holds(private.public_key().public_bytes_raw(), private.sign(message), message)
