"""What is hashed and how (§1.3, §1.4): framed parts, digests of documents, tickets."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from scoring.kernel.canonical import canonical
from scoring.kernel.errors import LawError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

PROTOCOL = "xinjian-draw/1"
SUITE = "sha256"

KEY_BYTES = 32
LABEL_BYTES = 32
LONGEST = 55
"""The bytes that fit, with SHA-256's own padding, into the one block after the key and the label."""

_TAGS = b"xinjian/draw/1/"


def lp(part: bytes) -> bytes:
    """A part behind its length, 4 bytes big-endian, so that no two lists of parts give the same bytes."""
    return len(part).to_bytes(4, "big") + part


def h(tag: str, *parts: bytes | str) -> bytes:
    """H of §1.3, 32 bytes. Parts that are text are taken as UTF-8."""
    framed = [lp(_TAGS + tag.encode())]
    framed += [lp(part.encode() if isinstance(part, str) else part) for part in parts]
    return sha256(b"".join(framed)).digest()


def digest(document: Mapping[str, object]) -> str:
    """The digest of a document of this protocol, hex: its type is part of the tag.

    Raises:
        LawError: ``document_without_type``.
        CanonicalError: the document holds what has no canonical form.
    """
    kind = document.get("type")
    if not isinstance(kind, str):
        raise LawError(
            "document_without_type",
            zh="文书没有 type，无法计算摘要：请写明文书种类。",
            en="A document without a type has no digest: say what it is.",
        )
    return h(f"doc/{kind}", canonical(document)).hex()


def ticket(key: bytes, label: bytes | str, x: bytes) -> bytes:
    """T of §1.4, 32 bytes: the key and the label fill one block of SHA-256, ``x`` the second.

    Raises:
        LawError: ``ticket_key_length``, ``ticket_label_length``, ``ticket_too_long``.
    """
    return ticketer(key, label)(x)


def tickets(key: bytes, label: bytes | str, many: Iterable[bytes]) -> Iterator[bytes]:
    """The tickets of many messages under one key and label, one by one: the first block is hashed once.

    Raises:
        LawError: as ``ticket``.
    """
    return map(ticketer(key, label), many)


def ticketer(key: bytes, label: bytes | str) -> Callable[[bytes], bytes]:
    """What makes a ticket of a message under one key and label: the first block is hashed once.

    Raises:
        LawError: as ``ticket``; ``ticket_too_long`` when it is called.
    """
    begin = sha256(_first_block(key, label)).copy

    def of(x: bytes) -> bytes:
        if len(x) > LONGEST:
            raise _too_long(x)
        hashing = begin()
        hashing.update(x)
        return hashing.digest()

    return of


def _first_block(key: bytes, label: bytes | str) -> bytes:
    name = label.encode() if isinstance(label, str) else label
    if len(key) != KEY_BYTES:
        raise LawError(
            "ticket_key_length",
            zh=f"抽取号的密钥应为 {KEY_BYTES} 字节，此处为 {len(key)} 字节。",
            en=f"The key of a ticket has {KEY_BYTES} bytes; this has {len(key)}.",
        )
    if len(name) > LABEL_BYTES:
        raise LawError(
            "ticket_label_length",
            zh=f"抽取号的标签最长 {LABEL_BYTES} 字节，此处为 {len(name)} 字节。",
            en=f"The label of a ticket has at most {LABEL_BYTES} bytes; this has {len(name)}.",
        )
    return key + name.ljust(LABEL_BYTES, b"\x00")


def _too_long(x: bytes) -> LawError:
    return LawError(
        "ticket_too_long",
        zh=f"抽取号的输入最长 {LONGEST} 字节，此处为 {len(x)} 字节。",
        en=f"The message of a ticket has at most {LONGEST} bytes; this has {len(x)}.",
    )
