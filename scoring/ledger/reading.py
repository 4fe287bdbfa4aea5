"""The bytes of a ledger's proof: canonical JSON of one shape (check L-FORM)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scoring.kernel.canonical import CanonicalError, canonical
from scoring.kernel.nesting import is_deeper
from scoring.ledger.entries import FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TYPE: Final = "ledger_proof"
SCHEMA: Final = "xinjian/ledger_proof/1"
LONGEST: Final = 16 * 1024 * 1024
"""Bytes of a proof."""
DEEPEST: Final = 40
LONGEST_PATH: Final = 64
MOST_ENTRIES: Final = 1_000
_OURS: Final = re.compile(rb'"type"\s*:\s*"' + TYPE.encode() + b'"')
_HASH: Final = re.compile("[0-9a-f]{64}")
_LARGEST: Final = 10**16


class FormError(ValueError):
    """A file that is no proof; ``where`` in it, and what is found there."""

    def __init__(self, where: str, found: str) -> None:
        super().__init__(f"{where} {found}")
        self.where, self.found = where, found


class Entry(NamedTuple):
    """An entry and its path. ``previous``: the chain's hash before it; ``values``: those of ``FIELDS``, in order."""

    position: int
    previous: bytes
    values: tuple[object, ...]
    path: tuple[bytes, ...]


class Proof(NamedTuple):
    """A checkpoint's note; an earlier one's with the path between them, if there is one; entries."""

    checkpoint: str
    earlier: tuple[str, tuple[bytes, ...]] | None
    entries: tuple[Entry, ...]


def is_proof(data: bytes) -> bool:
    """Whether a file means to be a ledger's proof."""
    return _OURS.search(data) is not None


def read_proof(data: bytes) -> Proof:
    """The proof that a file is.

    Raises:
        FormError: it is none.
    """
    document = _object(_json(data), "", {"checkpoint", "schema", "type"}, {"earlier", "entries"})
    if (document["type"], document["schema"]) != (TYPE, SCHEMA):
        raise FormError("/schema", str(document["schema"])[:60])
    entries = document.get("entries", [])
    if not isinstance(entries, list) or len(entries) > MOST_ENTRIES:
        raise FormError("/entries", f"> {MOST_ENTRIES}")
    read = tuple(_entry(one, f"/entries/{number}") for number, one in enumerate(entries))
    return Proof(_text(document["checkpoint"], "/checkpoint"), _earlier(document), read)


def _json(data: bytes) -> object:
    if len(data) > LONGEST:
        raise FormError("/", f"> {LONGEST}")
    try:
        text = data.decode()
        value: object = None if is_deeper(text, DEEPEST) else json.loads(text)
        written = canonical(value)
    except (CanonicalError, ValueError) as error:
        raise FormError("/", str(error)[:100]) from error
    if written != data:  # a key twice, spaces, another order, numbers in another form
        raise FormError("/", "not canonical (RFC 8785)")
    return value


def _earlier(document: Mapping[str, Any]) -> tuple[str, tuple[bytes, ...]] | None:
    if "earlier" not in document:
        return None
    said = _object(document["earlier"], "/earlier", {"checkpoint", "path"})
    return _text(said["checkpoint"], "/earlier/checkpoint"), _path(said["path"], "/earlier/path")


def _entry(value: object, where: str) -> Entry:
    said = _object(value, where, {"entry", "path", "position", "previous"})
    position = said["position"]
    if not isinstance(position, int) or isinstance(position, bool) or not 0 < position < _LARGEST:
        raise FormError(f"{where}/position", str(position)[:60])
    told = _object(said["entry"], f"{where}/entry", set(FIELDS))
    (previous,) = _path([said["previous"]], f"{where}/previous")
    return Entry(position, previous, tuple(told[name] for name in FIELDS), _path(said["path"], f"{where}/path"))


def _object(value: object, where: str, needed: set[str], optional: set[str] | frozenset[str] = frozenset()) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(value, dict):
        raise FormError(where or "/", "{…}")
    if strange := sorted((needed - value.keys()) | (value.keys() - needed - optional)):
        raise FormError(f"{where}/{strange[0]}"[:200], "—")
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise FormError(where, "“…”")
    return value


def _path(value: object, where: str) -> tuple[bytes, ...]:
    if not isinstance(value, list) or len(value) > LONGEST_PATH:
        raise FormError(where, "[…]")
    hashes: Sequence[object] = value
    if not all(isinstance(one, str) and _HASH.fullmatch(one) for one in hashes):
        raise FormError(where, "[0-9a-f]{64}")
    return tuple(bytes.fromhex(str(one)) for one in hashes)
