"""Secrets at rest: only the right key opens them, for the right purpose, unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.platform import Problem, SettingsError, decrypt, encrypt, load_settings, use_encryption_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

OLD, NEW, SUITE = bytes(32), bytes([7] * 32), bytes(range(32))
DATABASE = {"DATABASE_URL": "postgresql+psycopg://nobody@/none"}


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    use_encryption_keys([OLD])
    yield
    use_encryption_keys([SUITE])


def refused(stored: bytes, purpose: str = "draw:1:secret") -> str:
    with pytest.raises(Problem) as problem:
        decrypt(stored, purpose)
    return problem.value.code


@given(content=st.binary(max_size=80))
def test_what_was_encrypted_comes_out_and_says_nothing_outside(content: bytes) -> None:
    stored = encrypt(content, "draw:1:secret")
    assert decrypt(stored, "draw:1:secret") == content
    assert stored != encrypt(content, "draw:1:secret"), "the same secret is never stored alike"


def test_a_ciphertext_that_was_changed_or_moved_is_broken() -> None:
    stored = encrypt(b"k" * 32, "draw:1:secret")
    for place in (0, len(stored) - 1, len(stored) // 2):
        changed = bytearray(stored)
        changed[place] ^= 1
        assert refused(bytes(changed)) == "ciphertext_broken"
    assert refused(stored[:20]) == "ciphertext_broken"
    assert refused(stored, "draw:2:secret") == "ciphertext_broken"


def test_a_new_key_in_front_encrypts_and_the_old_one_still_opens() -> None:
    before = encrypt(b"k" * 32, "p")
    use_encryption_keys([NEW, OLD])
    after = encrypt(b"k" * 32, "p")
    assert decrypt(before, "p") == decrypt(after, "p") == b"k" * 32
    use_encryption_keys([NEW])
    assert decrypt(after, "p") == b"k" * 32
    assert refused(before, "p") == "encryption_key_missing"
    use_encryption_keys([])
    with pytest.raises(Problem) as problem:
        encrypt(b"k", "p")
    assert problem.value.code == "encryption_key_missing"


def test_keys_are_read_as_hexadecimal_digits_and_refused_otherwise() -> None:
    said = {**DATABASE, "ENCRYPTION_KEY": f"{NEW.hex()}\n{OLD.hex()}\n"}
    assert load_settings(said).encryption_keys == (NEW, OLD)
    for wrong in ("00" * 31, "zz" * 32):
        with pytest.raises(SettingsError) as told:
            load_settings({**DATABASE, "ENCRYPTION_KEY": wrong})
        assert "ENCRYPTION_KEY" in str(told.value)
        assert wrong not in str(told.value), "a key is not told, not even a wrong one"
