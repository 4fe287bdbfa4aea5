"""A sealed file opens as it was written, in its own place, under its own key; anything else of it does not."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.platform.backup import BackupError, BackupKeys
from service.platform.backup.sealing import CHUNK, Sealing, unsealed

if TYPE_CHECKING:
    from pathlib import Path

KEYS = BackupKeys([b"k" * 32])
NOISE = bytes((7 * n * n + n // 3) % 251 for n in range(5000))


def sealed(folder: Path, content: bytes, place: str = "here") -> bytes:
    with (folder / "sealed").open("wb") as sink:
        sealing = Sealing(sink, KEYS, place)
        for at in range(0, len(content), 999):
            sealing.write(content[at : at + 999])
        told = sealing.finish()
    found = (folder / "sealed").read_bytes()
    assert (told.size, told.holds) == (len(found), len(content))
    return found


def opened(content: bytes, keys: BackupKeys = KEYS, place: str = "here") -> bytes:
    return b"".join(unsealed(io.BytesIO(content), keys, place))


@pytest.mark.parametrize("content", [b"", b"x", NOISE, b"\0" * (5 * CHUNK)])
def test_it_opens_as_it_was_written(tmp_path: Path, content: bytes) -> None:
    assert opened(sealed(tmp_path, content)) == content


def test_every_piece_of_what_it_holds_is_small(tmp_path: Path) -> None:
    packed = sealed(tmp_path, b"\0" * (5 * CHUNK))
    assert max(len(one) for one in unsealed(io.BytesIO(packed), KEYS, "here")) <= CHUNK
    assert len(packed) < CHUNK


@given(st.data())
def test_no_byte_of_it_can_be_changed_and_no_end_cut_off(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = sealed(tmp_path_factory.mktemp("s"), NOISE)
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :]
    for spoilt in (changed, whole[:at], whole + b"x"):
        with pytest.raises(BackupError):
            opened(spoilt)


def test_chunks_cannot_be_moved_or_left_out(tmp_path: Path) -> None:
    whole = sealed(tmp_path, os.urandom(3 * CHUNK))
    first, size = 48, CHUNK + 16
    chunks = [whole[first + n * size : first + (n + 1) * size] for n in range(4)]
    assert opened(whole[:first] + b"".join(chunks))
    for order in ([1, 0, 2, 3], [0, 2, 3], [0, 1, 2], [0, 1, 1, 2, 3], [3]):
        with pytest.raises(BackupError):
            opened(whole[:first] + b"".join(chunks[n] for n in order))


def test_it_opens_nowhere_else_and_under_no_other_key(tmp_path: Path) -> None:
    whole = sealed(tmp_path, NOISE)
    with pytest.raises(BackupError, match="changed, shortened or put in another's place"):
        opened(whole, place="there")
    with pytest.raises(BackupError, match="sealed with another key"):
        opened(whole, BackupKeys([b"o" * 32]))
    assert opened(whole, BackupKeys([b"o" * 32, b"k" * 32])) == NOISE
