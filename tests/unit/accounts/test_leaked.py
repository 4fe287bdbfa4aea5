"""A list of leaked passwords as it is given out: digests in their order with counts, lines ended as on any system."""

from __future__ import annotations

from hashlib import sha1
from typing import TYPE_CHECKING

import pytest

from service.accounts.choosing import Against, refuse_guessable
from service.accounts.leaked import is_leaked
from service.platform import Problem

if TYPE_CHECKING:
    from pathlib import Path

LEAKED = [f"leaked password {number}" for number in range(1_000)]


def digest(password: str) -> str:
    return sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def written(path: Path, digests: list[str], *, end: str = "\r\n", counted: bool = True, last: bool = True) -> Path:
    lines = [f"{one}:{place % 97 + 1}" if counted else one for place, one in enumerate(sorted(digests))]
    path.write_bytes((end.join(lines) + (end if last else "")).encode())
    return path


@pytest.mark.parametrize("how", [{}, {"end": "\n"}, {"counted": False}, {"last": False}, {"end": "\n", "last": False}])
@pytest.mark.parametrize("digits", [40, 16])
@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_each_that_is_on_the_list_is_found_and_no_other(
    tmp_path: Path, how: dict[str, object], digits: int, case: type[str]
) -> None:
    file = written(tmp_path / "list.txt", [case(digest(one)[:digits]) for one in LEAKED], **how)  # type: ignore[arg-type]
    assert [one for one in LEAKED if not is_leaked(one, file)] == []
    assert [one for one in LEAKED if is_leaked(f"{one}!", file)] == []


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_short_list_is_read_too(tmp_path: Path, count: int) -> None:
    file = written(tmp_path / "list.txt", [digest(one) for one in LEAKED[:count]])
    assert [is_leaked(one, file) for one in LEAKED[: count + 1]] == [*[True] * count, False]


@pytest.mark.parametrize(
    "content",
    [b"", b"secret\n" * 9, b"A" * 5_000, b"\0" * 100, b"0123456789ABCDEF0123:x\n" * 9],
    ids=["empty", "words", "one line", "no text", "no count"],
)
def test_what_is_no_list_lets_nobody_choose_a_password(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "list.txt"
    file.write_bytes(content)
    for path in (file, tmp_path / "nowhere", tmp_path):
        with pytest.raises(Problem) as refused:
            is_leaked("four unrelated words", path)
        assert refused.value.code == "leaked_passwords_unreadable"


def test_who_chooses_one_that_leaked_is_refused_at_its_field(tmp_path: Path) -> None:
    against = Against(leaked=written(tmp_path / "list.txt", [digest("four unrelated words")]))
    with pytest.raises(Problem) as refused:
        refuse_guessable("four unrelated words", (), against, pointer="/new")
    assert (refused.value.code, refused.value.pointer) == ("password_leaked", "/new")
    refuse_guessable("four other unrelated words", (), against)
