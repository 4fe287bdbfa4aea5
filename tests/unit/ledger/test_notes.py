"""Signed notes: what is written is read, in one form only; keys are told from one another."""

from __future__ import annotations

import contextlib
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.ledger import Checkpoint, Key, NoteError, read_key, read_note
from scoring.ledger.ed25519 import holds
from tests.unit.ledger.logs import Log

LOG = Log(5)
NOTE = LOG.checkpoint(5, "sealed 2026-11-22T00:00:00Z").note()
WRONG = {
    "nothing": "",
    "no signature": LOG.checkpoint(5).text(),
    "no empty line": NOTE.replace("\n\n", "\n"),
    "spaces": NOTE.replace("\n5\n", "\n5 \n"),
    "a size with a zero before": NOTE.replace("\n5\n", "\n05\n"),
    "no size": NOTE.replace("\n5\n", "\n"),
    "a root that is too short": Checkpoint("a", 1, b"\x00" * 31, (), LOG.checkpoint(5).signatures).note(),
    "a signature that is too short": NOTE[:-8] + "\n",
    "a hyphen for the dash": NOTE.replace("— ", "- "),
    "no line break at its end": NOTE[:-1],
    "a name with a space": NOTE.replace("ledger.example", "ledger example"),
    "an empty line more": NOTE.replace("sealed", "\nsealed"),
    "too long": Checkpoint("a" * 100, 1, b"\x00" * 32, ("x" * 20_000,), LOG.checkpoint(5).signatures).note(),
}


def test_a_note_is_read_as_it_was_written() -> None:
    read = read_note(NOTE)
    assert (read.name, read.size, read.more) == ("ledger.example.org", 5, ("sealed 2026-11-22T00:00:00Z",))
    assert read.note() == NOTE
    assert read.is_signed_by([LOG.key]) == LOG.key


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_is_no_note_is_refused(wrong: str) -> None:
    with pytest.raises(NoteError, match="note_malformed"):
        read_note(wrong)


@given(st.text(max_size=300))
def test_no_text_makes_the_reader_fail_otherwise(said: str) -> None:
    for text in (said, NOTE[:40] + said + NOTE[60:], NOTE.replace("5", said, 1)):
        with contextlib.suppress(NoteError):
            assert read_note(text).note() == text


def test_the_signature_of_another_key_or_of_another_text_does_not_hold() -> None:
    stranger = Log(5, seed=b"\x01" * 32)
    assert read_note(NOTE).is_signed_by([stranger.key]) is None
    assert read_note(NOTE.replace("\n5\n", "\n6\n")).is_signed_by([LOG.key]) is None
    forged = LOG.checkpoint(5)._replace(signatures=((LOG.key.name, LOG.key.id, b"\x00" * 64),))
    assert forged.is_signed_by([LOG.key]) is None


def test_a_note_may_bear_the_signatures_of_the_old_key_and_the_new() -> None:
    fresh = Log(5, seed=b"\x01" * 32)
    both = LOG.checkpoint(5)
    both = both._replace(signatures=both.signatures + fresh.checkpoint(5).signatures)
    assert read_note(both.note()).is_signed_by([LOG.key]) == LOG.key
    assert read_note(both.note()).is_signed_by([fresh.key]) == fresh.key


def test_a_key_is_read_as_it_is_published() -> None:
    assert read_key(LOG.key.text()) == LOG.key
    assert LOG.key.text().startswith("ledger.example.org+")


# Of golang.org/x/mod/sumdb/note's documentation: a key that others' tools write.
PUBLISHED = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def test_a_key_of_other_tools_is_read() -> None:
    key = read_key(PUBLISHED)
    assert (key.name, key.id.hex(), key.text()) == ("PeterNeumann", "c74f20a3", PUBLISHED)


def test_a_note_of_other_tools_holds() -> None:
    """The worked example of the same documentation, whose text is no checkpoint: its signature is held directly."""
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    signature = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    value = b64decode(signature)
    assert value[:4].hex() == "c74f20a3"
    assert holds(read_key(PUBLISHED).public, value[4:], text.encode())


@pytest.mark.parametrize(
    "wrong",
    ["", "a+b+c", LOG.key.text()[:-4], LOG.key.text().replace("ledger", "Ledger"), PUBLISHED.replace("+A", "+B")],
)
def test_what_is_no_key_is_refused(wrong: str) -> None:
    with pytest.raises(NoteError, match="key_malformed"):
        read_key(wrong)


def test_keys_of_one_name_differ_by_their_id() -> None:
    assert Key("a", b"\x00" * 32).id != Key("a", b"\x01" * 32).id != Key("b", b"\x01" * 32).id
