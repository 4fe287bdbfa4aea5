"""Checkpoints as signed notes, in the form that transparency logs share (C2SP ``signed-note`` and ``tlog-checkpoint``).

A note is lines of text, an empty line, and a line for each signature: ``— NAME BASE64``, of the first four bytes of
SHA-256(NAME ‖ 0A ‖ 01 ‖ key) and 64 bytes of Ed25519 over the text with its last line break. The text of a checkpoint
is three lines, the log's name, its size and its root in base64, and any others.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from scoring.kernel.trees import HASH_BYTES
from scoring.ledger.ed25519 import KEY_BYTES, SIGNATURE_BYTES, holds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST: Final = 16_384
"""Characters of a note."""
_ED25519: Final = b"\x01"
_ID_BYTES: Final = 4
_SIZE: Final = re.compile("0|[1-9][0-9]{0,15}", re.ASCII)
_NAME: Final = re.compile(r"[^\s+\x00-\x1f\x7f\ud800-\udfff]{1,200}")
_SIGNATURE: Final = re.compile(r"— ([^\s+]+) (\S+)")
_KEY: Final = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+(\S+)")


class NoteError(ValueError):
    """A text that is no checkpoint or no key. ``code`` names a sentence of ``scoring.ledger.words``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Key(NamedTuple):
    """A key that signs checkpoints: the log's name and 32 bytes."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that tell it from others of its name."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_ID_BYTES]

    def text(self) -> str:
        """The key as it is published: ``NAME+ID+BASE64``."""
        return f"{self.name}+{self.id.hex()}+{b64encode(_ED25519 + self.public).decode()}"


class Checkpoint(NamedTuple):
    """What a note says. ``more``: lines beyond the three; ``signatures``: name, id of the key, 64 bytes."""

    name: str
    size: int
    root: bytes
    more: tuple[str, ...] = ()
    signatures: tuple[tuple[str, bytes, bytes], ...] = ()

    def text(self) -> str:
        """What is signed."""
        lines = (self.name, str(self.size), b64encode(self.root).decode(), *self.more)
        return "".join(f"{line}\n" for line in lines)

    def note(self) -> str:
        """The whole note."""
        return self.text() + "\n" + "".join(_signature(*each) for each in self.signatures)

    def is_signed_by(self, keys: Iterable[Key]) -> Key | None:
        """The first of the keys whose signature it bears and that holds; None where there is none."""
        signed = self.text().encode()
        return next((key for key in keys if any(self._holds(each, key, signed) for each in self.signatures)), None)

    def _holds(self, signature: tuple[str, bytes, bytes], key: Key, signed: bytes) -> bool:
        name, told, value = signature
        return (name, told) == (key.name, key.id) and holds(key.public, value, signed)


def _signature(name: str, told: bytes, value: bytes) -> str:
    return f"— {name} {b64encode(told + value).decode()}\n"


def is_name(name: str) -> bool:
    """Whether a log may bear a name: no white space, no plus sign."""
    return _NAME.fullmatch(name) is not None


def read_key(said: str) -> Key:
    """The key that a text tells.

    Raises:
        NoteError: ``key_malformed``.
    """
    found = _KEY.fullmatch(said)
    if found is None:
        raise NoteError("key_malformed")
    name, told, coded = found.groups()
    key = _bytes(coded, len(_ED25519) + KEY_BYTES, "key_malformed")
    if not key.startswith(_ED25519) or not is_name(name):
        raise NoteError("key_malformed")
    read = Key(name, key[len(_ED25519) :])
    if read.id.hex() != told:
        raise NoteError("key_malformed")
    return read


def read_note(said: str) -> Checkpoint:
    """The checkpoint that a note is; its signatures are read, not yet believed.

    Raises:
        NoteError: ``note_malformed``.
    """
    text, parted, signed = said.rpartition("\n\n")
    if not parted or len(said) > LONGEST or not signed.endswith("\n"):
        raise NoteError("note_malformed")
    name, size, root, *more = [*text.split("\n"), "", ""][: max(3, text.count("\n") + 1)]
    if not is_name(name) or _SIZE.fullmatch(size) is None or not all(more):
        raise NoteError("note_malformed")
    signatures = tuple(map(_read_signature, signed[:-1].split("\n")))
    return _same(Checkpoint(name, int(size), _bytes(root, HASH_BYTES), tuple(more), signatures), said)


def _same(read: Checkpoint, said: str) -> Checkpoint:
    """What was read, if it is written as it was: one checkpoint has one form."""
    if read.note() != said:
        raise NoteError("note_malformed")
    return read


def _read_signature(line: str) -> tuple[str, bytes, bytes]:
    found = _SIGNATURE.fullmatch(line)
    if found is None:
        raise NoteError("note_malformed")
    value = _bytes(found[2], _ID_BYTES + SIGNATURE_BYTES)
    return found[1], value[:_ID_BYTES], value[_ID_BYTES:]


def _bytes(coded: str, length: int, refused: str = "note_malformed") -> bytes:
    try:
        found = b64decode(coded.encode(), validate=True)
    except ValueError as error:
        raise NoteError(refused) from error
    if len(found) != length:
        raise NoteError(refused)
    return found


def keys_of(said: Sequence[str]) -> tuple[Key, ...]:
    """The keys that texts tell.

    Raises:
        NoteError: ``key_malformed``.
    """
    return tuple(map(read_key, said))
