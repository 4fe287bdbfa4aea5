"""Sealed files: compressed, then AES-256-GCM in chunks whose order and end are authenticated (the STREAM construction).

A file is a mark, the name of its key (8 bytes), a salt (32) and chunks of 1 MiB with a tag of 16 bytes each. Its own
key is HKDF-SHA256 of the key, the salt and the file's place, so that no file can stand in for another. The nonce of a
chunk is its number and whether it is the last: none can be taken away, added or moved.
"""

from __future__ import annotations

import os
import zlib
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.platform.backup.errors import BackupError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from hashlib import _Hash as Hash

    from service.platform.backup.manifest import BackupKeys

MARK: Final = b"XINJIAN1"
CHUNK: Final = 1 << 20
_ID, _SALT, _TAG, _NUMBER = 8, 32, 16, 11
_HEADER: Final = len(MARK) + _ID + _SALT
_QUICK = 1  # zlib's level: what the disk and the network take, not the processor, is to bound a backup


class Sealed(NamedTuple):
    """A sealed file: its size and SHA-256 as it lies there, and how much it holds."""

    size: int
    sha256: str
    holds: int


def key_name(key: bytes) -> bytes:
    """By which name files tell their key: nothing can be learnt of the key from it."""
    return sha256(b"xinjian backup key" + key).digest()[:_ID]


def derived(key: bytes, salt: bytes, purpose: str) -> bytes:
    """A key for one purpose."""
    return HKDF(SHA256(), 32, salt, b"xinjian backup " + purpose.encode()).derive(key)


class Sealing:
    """Seals what is written into a file that is open; memory stays bounded."""

    def __init__(self, sink: BinaryIO, keys: BackupKeys, place: str) -> None:
        salt = os.urandom(_SALT)
        self._sink, self._cipher = sink, AESGCM(derived(keys.first, salt, place))
        self._zlib, self._waiting = zlib.compressobj(_QUICK), bytearray()
        self._number = self._size = self.holds = 0
        self._hash = sha256()
        self._put(MARK + key_name(keys.first) + salt)

    def write(self, content: bytes | memoryview) -> None:
        """Seal some more."""
        self.holds += len(content)
        self._waiting += self._zlib.compress(content)
        while len(self._waiting) > CHUNK:
            self._chunk(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def finish(self) -> Sealed:
        """Seal the end; the file is on its disk then."""
        self._waiting += self._zlib.flush()
        while len(self._waiting) > CHUNK:
            self._chunk(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        self._chunk(bytes(self._waiting), last=True)
        self._sink.flush()
        os.fsync(self._sink.fileno())
        return Sealed(self._size, self._hash.hexdigest(), self.holds)

    def _chunk(self, content: bytes, *, last: bool) -> None:
        self._put(self._cipher.encrypt(_nonce(self._number, last=last), content, None))
        self._number += 1

    def _put(self, content: bytes) -> None:
        self._sink.write(content)
        self._hash.update(content)
        self._size += len(content)


def unsealed(source: BinaryIO, keys: BackupKeys, place: str, *, expected: str | None = None) -> Iterator[bytes]:
    """What a sealed file holds, in pieces of at most 1 MiB, each authenticated before it is given.

    ``expected``: the SHA-256 that the file must have, looked at in the end.

    Raises:
        BackupError: the key is not among ours; the file was changed, shortened, or belongs in another place.
    """
    found = sha256()
    unpacking = zlib.decompressobj()
    for chunk in _chunks(source, keys, place, found):
        piece = unpacking.decompress(chunk, CHUNK)
        while piece:
            yield piece
            piece = unpacking.decompress(unpacking.unconsumed_tail, CHUNK)
    if not unpacking.eof or (expected is not None and found.hexdigest() != expected):
        raise broken(place)


def _chunks(source: BinaryIO, keys: BackupKeys, place: str, found: Hash) -> Iterator[bytes]:
    header = source.read(_HEADER)
    if len(header) < _HEADER or not header.startswith(MARK):
        raise broken(place)
    found.update(header)
    key = keys.named(header[len(MARK) : len(MARK) + _ID], place)
    cipher = AESGCM(derived(key, header[-_SALT:], place))
    number, chunk = 0, source.read(CHUNK + _TAG)
    while True:
        following = source.read(CHUNK + _TAG)
        found.update(chunk)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), chunk, None)
        except (InvalidTag, ValueError) as error:
            raise broken(place) from error
        if not following:
            return
        number, chunk = number + 1, following


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(_NUMBER) + bytes([last])


def broken(place: str) -> BackupError:
    """The file at a place is not what was written there."""
    return BackupError(
        zh=f"备份文件 {place} 被改动、截断或放错了位置，不能使用。请改用另一份副本。",
        en=f"The backup's file {place} was changed, shortened or put in another's place, and is of no use. "
        "Take another copy of it.",
    )
