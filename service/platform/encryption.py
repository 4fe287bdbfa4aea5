"""Secrets at rest: encrypted under a key that the database does not hold."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from service.platform.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

KEY_BYTES: Final = 32
_FORM: Final = b"\x01"
_ID, _NONCE, _TAG = 8, 12, 16
_LEAST: Final = len(_FORM) + _ID + _NONCE + _TAG

_keys: dict[bytes, AESGCM] = {}


def use_encryption_keys(keys: Sequence[bytes]) -> None:
    """The keys of this process, each of 32 bytes: the first one encrypts, every one decrypts."""
    _keys.clear()
    _keys.update({sha256(key).digest()[:_ID]: AESGCM(key) for key in keys})


def key_names() -> tuple[str, ...]:
    """What ciphertexts call the keys of this process, 16 hexadecimal digits each: the one that encrypts first."""
    return tuple(name.hex() for name in _keys)


def key_of(stored: bytes) -> str | None:
    """What a ciphertext calls its key; None where the bytes are no ciphertext."""
    if len(stored) < _LEAST or not stored.startswith(_FORM):
        return None
    return stored[len(_FORM) : len(_FORM) + _ID].hex()


def encrypt(content: bytes, purpose: str) -> bytes:
    """The content as it may be stored. It is decrypted for the same purpose alone: a row moved elsewhere does not open.

    Raises:
        Problem: ``encryption_key_missing``.
    """
    if not _keys:
        raise Problem("encryption_key_missing")
    name, key = next(iter(_keys.items()))
    nonce = os.urandom(_NONCE)
    return _FORM + name + nonce + key.encrypt(nonce, content, purpose.encode())


def decrypt(stored: bytes, purpose: str) -> bytes:
    """The content out of what was stored.

    Raises:
        Problem: ``encryption_key_missing``: none of this process's keys encrypted it; ``ciphertext_broken``: it was
            changed or moved.
    """
    name = stored[len(_FORM) : len(_FORM) + _ID]
    key = _keys.get(name)
    if len(stored) < _LEAST or not stored.startswith(_FORM):
        raise Problem("ciphertext_broken", purpose=purpose)
    if key is None:
        raise Problem("encryption_key_missing")
    at = len(_FORM) + _ID
    try:
        return key.decrypt(stored[at : at + _NONCE], stored[at + _NONCE :], purpose.encode())
    except InvalidTag as broken:
        raise Problem("ciphertext_broken", purpose=purpose) from broken
