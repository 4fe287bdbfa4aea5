"""The whole tree keeps the rules of the house; each rule is shown to find what it refuses."""

import ast
from collections.abc import Iterator
from pathlib import Path, PurePath

import pytest

from . import calls, purity, sizes, words
from .tree import EVERYTHING, PROGRAM, ROOT, parse, python_files, read, text_files


def relative(path: Path) -> PurePath:
    return path.relative_to(ROOT)


def listed(complaints: Iterator[str]) -> str:
    return "\n".join(complaints)


def test_the_tree_is_read() -> None:
    seen = {relative(path).as_posix() for path in (*python_files(*PROGRAM), *text_files())}
    assert {"scoring/kernel/__init__.py", "service/platform/__init__.py", "pyproject.toml", "Makefile"} <= seen


def test_files_and_functions_are_of_livable_size() -> None:
    found = (
        said for path in python_files(*EVERYTHING) for said in sizes.complaints(relative(path), read(path), parse(path))
    )
    assert not (complaints := listed(found)), complaints


def test_the_clock_and_the_terminal_have_one_place() -> None:
    found = (said for path in python_files(*PROGRAM) for said in calls.complaints(relative(path), parse(path)))
    assert not (complaints := listed(found)), complaints


def test_the_law_is_pure() -> None:
    found = (said for path in python_files("scoring") for said in purity.complaints(relative(path), parse(path)))
    assert not (complaints := listed(found)), complaints


def test_texts_say_our_words_and_no_place_of_one_machine() -> None:
    found = (said for path in text_files() for said in words.complaints(relative(path), read(path)))
    assert not (complaints := listed(found)), complaints


def test_names_in_the_program_are_our_words() -> None:
    found = (said for path in python_files(*PROGRAM) for said in words.complaints_of_names(relative(path), read(path)))
    assert not (complaints := listed(found)), complaints


def function_of(lines: int, *, head: str = "def long() -> None:") -> str:
    return "\n".join([head, *["    work()"] * (lines - 1)]) + "\n"


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("service/register/utils.py", "", "by what is in it"),
        ("service/register/tables.py", "x = 1\n" * 401, "401 lines"),
        ("service/register/usecases.py", function_of(61), "61 lines, 60 at most"),
        ("scoring/kernel/points.py", function_of(41), "41 lines, 40 at most"),
        ("service/register/routes.py", function_of(26), "26 lines, 25 at most"),
        ("service/api/health.py", "@blueprint.route('/livez')\n" + function_of(26), "26 lines, 25 at most"),
    ],
)
def test_too_large_or_misnamed_is_found(path: str, text: str, said: str) -> None:
    assert said in listed(sizes.complaints(PurePath(path), text, ast.parse(text)))


@pytest.mark.parametrize("size", [60, 40, 25])
def test_the_largest_allowed_is_allowed(size: int) -> None:
    place = {60: "service/api/pages.py", 40: "scoring/kernel/points.py", 25: "service/api/routes.py"}[size]
    text = function_of(size)
    assert not listed(sizes.complaints(PurePath(place), text, ast.parse(text)))


@pytest.mark.parametrize(
    "text",
    [
        "import datetime\ndatetime.datetime.now()",
        "from datetime import date\ndate.today()",
        "import time\ntime.time()",
        "print('x')",
        "eval('1')",
        "import pickle",
        "from pickle import loads",
        "raise NotImplementedError",
    ],
)
def test_a_banned_call_is_found(text: str) -> None:
    assert listed(calls.complaints(PurePath("service/register/usecases.py"), ast.parse(text)))


def test_the_clock_may_be_read_in_its_place() -> None:
    tree = ast.parse("import datetime\ndatetime.datetime.now(datetime.UTC)")
    assert not listed(calls.complaints(PurePath("service/platform/clock.py"), tree))


@pytest.mark.parametrize(
    "text", ["import os", "from flask import g", "import numpy", "x = 0.5", "x = float('1')", "x = 1 / 2", "open('x')"]
)
def test_impurity_is_found(text: str) -> None:
    assert listed(purity.complaints(PurePath("scoring/rating/explain.py"), ast.parse(text)))


def test_the_law_may_count_in_integers() -> None:
    tree = ast.parse("from dataclasses import dataclass\nfrom scoring.kernel import points\nx = -7 // 2\n")
    assert not listed(purity.complaints(PurePath("scoring/rating/explain.py"), tree))


@pytest.mark.parametrize(
    "text",
    [
        "on the black" + "list",
        "列入黑" + "名单",
        "# TO" + "DO later",
        "see /ro" + "ot/notes",
        "in /t" + "mp/x",
        "https://py" + "pi.org/simple",
        "--index-" + "url file:/x",
        "as Cla" + "ude said",
    ],
)
def test_a_refused_word_is_found(text: str) -> None:
    assert listed(words.complaints(PurePath("docs/page.md"), text))


def test_a_refused_word_in_a_name_is_found() -> None:
    assert listed(words.complaints_of_names(PurePath("service/x.py"), "is_ve" + "to = True"))
    assert not listed(words.complaints_of_names(PurePath("service/x.py"), "direct_grade = True"))
