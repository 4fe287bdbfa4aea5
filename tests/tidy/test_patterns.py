"""No pattern makes a search without end; those whose work is quadratic are known, with what bounds their text."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from . import patterns
from .tree import read

KNOWN = tomllib.loads(read(Path(__file__).with_name("patterns.toml")))["bounded"]


def key_of(found: patterns.Found) -> tuple[str, str]:
    """The file and the pattern."""
    return found.place.partition(":")[0], found.pattern


def is_known(found: patterns.Found) -> bool:
    file, pattern = key_of(found)
    return any(one["file"] == file and pattern.startswith(one["starts"]) for one in KNOWN)


def test_no_search_of_ours_is_without_end() -> None:
    wrong = {}
    for found in patterns.everywhere():
        grows = patterns.ambiguity(found.pattern, found.flags, found.way)
        if grows == "exponential" or (grows and not is_known(found)):
            wrong[found.place] = (grows, found.pattern)
    assert not wrong


def test_what_is_known_is_there_and_says_why() -> None:
    for one in KNOWN:
        assert one["why"]
        assert any(
            (key := key_of(found))[0] == one["file"] and key[1].startswith(one["starts"])
            for found in patterns.everywhere()
        ), one


@pytest.mark.parametrize(
    ("pattern", "way", "grows"),
    [
        (r"(a+)+$", "search", "exponential"),
        (r"^(\d+)*$", "match", "exponential"),
        (r"(ab|a|b)*\Z", "match", "exponential"),
        (r"(?:(?:a?)*b?)*c", "match", "exponential"),
        (r"([^\s]+ ?)+\Z", "match", "exponential"),
        (r"\s*\S*\s*\Z", "match", "polynomial"),
        (r"a*a*\Z", "match", "polynomial"),
        (r"[ \t]+$", "search", "polynomial"),
        (r"(.*),(.*),x", "match", "polynomial"),
        (r"\w+", "search", ""),
        (r"[a-z0-9]+([.-][a-z0-9]+)*", "fullmatch", ""),
        (r"[^,]+(,[^,]+){0,99}\Z", "match", ""),
        (r'"(?:\\.|[^"\\\n])*"', "fullmatch", ""),
    ],
)
def test_what_grows_is_told_from_what_does_not(pattern: str, way: str, grows: str) -> None:
    assert patterns.ambiguity(pattern, 0, way) == grows


def test_patterns_are_found_wherever_they_stand() -> None:
    found = patterns.everywhere()
    files = {one.place.partition(":")[0] for one in found}
    assert {
        "scoring/kernel/codes.py",  # compiled, of names of the module
        "service/accounts/schemas.py",  # of a schema
        "scoring/edition/grammar.py",  # handed on by name
        "service/platform/validation.toml",  # data
        "scoring/verifier/verify.js",  # a script
    } <= files
    (code,) = (
        one.pattern for one in found if one.place.startswith("scoring/kernel/codes.py") and "[1-9ANY]" in one.pattern
    )
    assert "0123456789ABCDEFGHJKLMNPQRTUWXY" in code, "what names stand for is in it"
    assert len(found) > 150
