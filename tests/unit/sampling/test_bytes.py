"""Framing, digests and tickets: the page's known answers, and the definitions read word for word."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.kernel.canonical import CanonicalError, canonical
from scoring.kernel.errors import LawError
from scoring.sampling.bytes import LONGEST, digest, h, lp, ticket, tickets

K = bytes(range(32))
TICKET_KEY = "fe72256e495428acf608b1053a090316d070097ef7c7ae55386ce2602142843b"

KEYS = st.binary(min_size=32, max_size=32)
LABELS = st.binary(max_size=32)
MESSAGES = st.binary(max_size=LONGEST)
PARTS = st.lists(st.binary(max_size=5), max_size=4)


def test_the_key_of_the_known_answers() -> None:
    assert h("key", K, "ticket", "").hex() == TICKET_KEY


def test_the_secret_of_the_known_answers() -> None:
    known = "0b794485961f94e3b881738b6e7a287c7bee6bf0b1e14505a986be8982f0501c"
    assert h("secret", "110000-2027-00012", "OP-09", K).hex() == known


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("91110000101623741K", "9ca7213a2d90e129d1d7949ef1e3a617e1de81a133a4e111cb06b83bd7e9748f"),
        ("911101066976941872", "3e25e00dd65c4c320b9b8da000464690676ee4c1f2d46d2f291a85869120c0bb"),
    ],
)
def test_the_tickets_of_the_known_answers(code: str, known: str) -> None:
    assert ticket(bytes.fromhex(TICKET_KEY), "ticket", code.encode()).hex() == known


def test_a_part_stands_behind_its_length() -> None:
    assert lp(b"") == bytes(4)
    assert lp(b"ab") == b"\x00\x00\x00\x02ab"
    assert lp(bytes(258))[:4] == b"\x00\x00\x01\x02"


@given(st.text(max_size=8), PARTS)
def test_a_hash_is_that_of_the_framed_parts(tag: str, parts: list[bytes]) -> None:
    framed = b"".join(lp(part) for part in [b"xinjian/draw/1/" + tag.encode(), *parts])
    assert h(tag, *parts) == sha256(framed).digest()


@given(PARTS, PARTS)
def test_no_two_lists_of_parts_share_a_hash(first: list[bytes], second: list[bytes]) -> None:
    assert (h("key", *first) == h("key", *second)) == (first == second)


def test_text_is_hashed_as_utf_8() -> None:
    assert h("key", "北京") == h("key", "北京".encode())


@pytest.mark.parametrize("left", [("key", b"ab", b""), ("key", b"a", b"b"), ("keya", b"b"), ("key", b"", b"ab")])
def test_moving_a_byte_over_a_border_changes_the_hash(left: tuple[str, *tuple[bytes, ...]]) -> None:
    assert h(*left) != h("key", b"ab")


@given(KEYS, LABELS, MESSAGES)
def test_a_ticket_hashes_key_padded_label_and_message(key: bytes, label: bytes, x: bytes) -> None:
    assert ticket(key, label, x) == sha256(key + label + bytes(32 - len(label)) + x).digest()


@given(KEYS, LABELS, st.lists(MESSAGES, max_size=5))
def test_many_tickets_are_each_the_single_one(key: bytes, label: bytes, many: list[bytes]) -> None:
    assert list(tickets(key, label, many)) == [ticket(key, label, x) for x in many]


def test_labels_of_text_and_of_bytes_are_one() -> None:
    assert ticket(K, "ticket", b"A") == ticket(K, b"ticket", b"A")


@pytest.mark.parametrize(
    ("key", "label", "x", "code"),
    [
        (K[:31], "ticket", b"", "ticket_key_length"),
        (K + b"\x00", "ticket", b"", "ticket_key_length"),
        (K, "l" * 33, b"", "ticket_label_length"),
        (K, "ticket", bytes(56), "ticket_too_long"),
    ],
)
def test_what_does_not_fit_its_block_is_refused(key: bytes, label: str, x: bytes, code: str) -> None:
    with pytest.raises(LawError) as caught:
        ticket(key, label, x)
    assert caught.value.code == code


def test_the_longest_message_still_fits() -> None:
    assert len(ticket(K, "l" * 32, bytes(55))) == 32


def test_a_digest_names_the_type_twice() -> None:
    document = {"type": "closing", "draw": "110000-2027-00012"}
    assert digest(document) == h("doc/closing", canonical(document)).hex()
    assert digest(document) != digest(document | {"type": "entropy"})


def test_the_order_of_keys_does_not_change_a_digest() -> None:
    assert digest({"type": "event", "n": 1}) == digest({"n": 1, "type": "event"})


@pytest.mark.parametrize("document", [{}, {"type": 1}, {"type": None}])
def test_a_document_without_a_type_has_no_digest(document: dict[str, object]) -> None:
    with pytest.raises(LawError) as caught:
        digest(document)
    assert caught.value.code == "document_without_type"


def test_a_fraction_has_no_digest() -> None:
    with pytest.raises(CanonicalError):
        digest({"type": "event", "n": 1.5})
