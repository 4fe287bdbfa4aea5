"""``python -m scoring verify`` on a rating bundle, from outside: lines, exit codes, languages, options."""

from __future__ import annotations

import pytest

from tests.builders.bundles.writing import FOLDER
from tests.builders.tool import run_tool, start_tool

GOOD = str(FOLDER / "accept" / "two_editions.json")


def test_a_bundle_in_order_ends_with_0_and_what_to_compare() -> None:
    done = start_tool("verify", GOOD)
    assert (done.returncode, done.stderr) == (0, "")
    *checks, last = done.stdout.splitlines()
    assert checks[0].split() == ["R-JSON", "PASS"]
    assert {line.split()[1] for line in checks} == {"PASS"}
    assert last.startswith("consistent, not anchored: compare with what the authority published: editions t.1 ")
    assert run_tool("verify", GOOD, "--strict").returncode == 0


def test_a_changed_bundle_ends_with_1_and_the_first_difference() -> None:
    done = run_tool("verify", str(FOLDER / "reject" / "event_dropped.json"))
    assert done.returncode == 1
    line = next(line for line in done.stdout.splitlines() if line.startswith("R-EXPLANATION"))
    assert line.split(None, 2)[1:] == ["FAIL", "/explanation/dimensions/d: found -37.00, expected -32.00"]
    assert done.stdout.splitlines()[-1] == "refused: see each FAIL above"


def test_what_was_not_reached_is_unseen() -> None:
    done = run_tool("verify", str(FOLDER / "reject" / "key_twice.json"))
    said = {line.split()[0]: line.split()[1] for line in done.stdout.splitlines()[:-1]}
    assert (done.returncode, said.pop("R-JSON"), set(said.values())) == (1, "FAIL", {"UNSEEN"})


def test_the_report_is_in_the_language_of_the_caller() -> None:
    done = run_tool("verify", GOOD, lang="zh_CN.UTF-8")
    assert done.stdout.splitlines()[0].split() == ["R-JSON", "PASS", "通过"]
    assert done.stdout.splitlines()[-1].startswith("自洽，未锚定")
    assert run_tool("verify", GOOD, "--lang", "en", lang="zh_CN.UTF-8").stdout == run_tool("verify", GOOD).stdout


def test_a_bundle_is_read_from_standard_input_too() -> None:
    with open(GOOD, "rb") as file:  # noqa: PTH123 - its bytes as they are
        assert run_tool("verify", "-", lines=[file.read()]).returncode == 0


@pytest.mark.parametrize("option", [f"--commitment={'a' * 64}", "--now=5", "--snapshot=list.txt", "--beacon=1,2"])
def test_what_is_for_draws_is_refused_for_a_rating(option: str) -> None:
    done = run_tool("verify", GOOD, option)
    assert (done.returncode, done.stdout) == (2, "")
    assert "option_not_for_ratings" in done.stderr
    assert option.partition("=")[0] in done.stderr
