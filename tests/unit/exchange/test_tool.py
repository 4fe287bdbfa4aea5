"""The stranger's tool from outside: what goes in, what comes out, where errors go and with which exit code."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from scoring.kernel.canonical import canonical
from tests.builders.repairing import repair_text
from tests.builders.tool import Done, run_tool, start_tool

ROOT = Path(__file__).parents[3]
FHRS = str(ROOT / "scoring" / "editions" / "uk-fhrs.toml")
LA = str(ROOT / "scoring" / "editions" / "la-food.toml")


def scores(entity: str, *points: int, day: str = "2025-03-01") -> list[dict[str, Any]]:
    codes = ("hygiene", "structural", "confidence_in_management")
    about = {"entity": entity, "kind": "restaurant", "decided_on": day, "occasion": day}
    return [about | {"code": code, "value": value} for code, value in zip(codes, points, strict=True)]


def answers(done: Done) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_ratings_come_out_in_the_order_of_the_entities() -> None:
    done = start_tool(
        "rate", "--edition", FHRS, "--as-of", "2025-06-01", lines=[*scores("E2", 5, 5, 5), *scores("E1", 20, 20, 10)]
    )
    assert (done.returncode, done.stderr) == (0, "")
    first, second = answers(done)
    assert (first["entity"], first["kind"], first["as_of"], first["state"]) == (
        "E2",
        "restaurant",
        "2025-06-01",
        "rated",
    )
    assert (first["score"], first["grade"], first["tier"]) == ("15.00", "5", None)
    assert (second["entity"], second["score"], second["grade"]) == ("E1", "50.00", "1")


def test_the_explanation_is_the_one_that_the_digest_is_of() -> None:
    done = run_tool("rate", "--edition", FHRS, "--as-of", "2025-06-01", "--explain", lines=scores("E1", 5, 5, 5))
    (answer,) = answers(done)
    assert sha256(canonical(answer["explanation"])).hexdigest() == answer["explanation_digest"]
    assert [line["counted"] for line in answer["explanation"]["lines"]] == ["5.00"] * 3


def test_questions_are_answered_each_for_its_day() -> None:
    asked = [{"entity": "E1", "as_of": day} for day in ("2025-02-28", "2025-03-01", "2025-06-01")]
    done = run_tool(
        "rate", "--edition", FHRS, lines=[*asked, *scores("E1", 5, 5, 5), *scores("E1", 10, 10, 10, day="2025-05-01")]
    )
    assert [(one["as_of"], one["state"], one["grade"]) for one in answers(done)] == [
        ("2025-02-28", "unrated", None),
        ("2025-03-01", "rated", "5"),
        ("2025-06-01", "rated", "3"),
    ]


def test_without_a_day_and_without_questions_nothing_can_be_rated() -> None:
    done = run_tool("rate", "--edition", FHRS, lines=scores("E1", 5, 5, 5))
    assert (done.returncode, done.stdout) == (2, "")
    assert "as_of_missing" in done.stderr


def test_faulty_lines_are_told_with_their_numbers_and_nothing_is_rated() -> None:
    lines = [*scores("E1", 5, 5, 5), b"{nonsense\n", {"entity": "E2", "code": "hygiene", "decided_on": "soon"}]
    done = run_tool("rate", "--edition", FHRS, "--as-of", "2025-06-01", lines=lines)
    assert (done.returncode, done.stdout) == (1, "")
    first, second = done.stderr.splitlines()
    assert first.startswith("line 4: ")
    assert first.endswith("(json_malformed)")
    assert second.startswith("line 5: ")
    assert second.endswith("(day_malformed)")


def test_good_entities_are_rated_where_the_caller_asks_for_it() -> None:
    lines = [*scores("E1", 5, 5, 5), *scores("E2", 5, 5, 5), {"entity": "E2", "code": "hygiene", "decided_on": "soon"}]
    done = run_tool("rate", "--edition", FHRS, "--as-of", "2025-06-01", "--keep-good", lines=lines)
    assert done.returncode == 1
    assert [one["entity"] for one in answers(done)] == ["E1"]


@pytest.mark.parametrize("lang", ["zh_CN.UTF-8", "zh_CN.GBK"])
def test_messages_follow_the_language_of_the_environment(lang: str) -> None:
    done = run_tool("rate", "--edition", FHRS, "--as-of", "2025-06-01", lines=[{"entity": "E"}], lang=lang)
    assert done.stderr.startswith("第 1 行")
    told = run_tool(
        "rate", "--edition", FHRS, "--as-of", "2025-06-01", "--lang", "en", lines=[{"entity": "E"}], lang=lang
    )
    assert told.stderr.startswith("line 1")


def test_a_sorted_file_is_rated_as_it_comes() -> None:
    lines = [*scores("E1", 5, 5, 5), *scores("E2", 5, 5, 5), *scores("E1", 5, 5, 5, day="2025-04-01")]
    done = run_tool("rate", "--edition", FHRS, "--as-of", "2025-06-01", "--sorted", lines=lines)
    assert done.returncode == 1
    assert [one["entity"] for one in answers(done)] == ["E1", "E2"]
    assert done.stderr.count("entity_came_back") == 3


def test_a_mark_of_byte_order_blank_lines_and_a_missing_last_newline_are_no_faults() -> None:
    lines = b"".join(json.dumps(line).encode() + b"\r\n\n" for line in scores("E1", 5, 5, 5)).removesuffix(b"\r\n\n")
    done = run_tool("rate", "--edition", FHRS, "--as-of", "2025-06-01", lines=[b"\xef\xbb\xbf" + lines])
    assert (done.returncode, len(answers(done))) == (0, 1)


def test_a_line_far_too_long_is_told_and_passed_over() -> None:
    done = run_tool("rate", "--edition", FHRS, "--as-of", "2025-06-01", "--keep-good",
                    lines=[b'{"entity":"' + b"x" * 3_500_000 + b'"}\n', *scores("E1", 5, 5, 5)])  # fmt: skip
    assert done.stderr.startswith("line 1: ")
    assert "line_too_long" in done.stderr
    assert len(answers(done)) == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--edition", "no-such-file.toml", "--as-of", "2025-06-01"), "edition_unreadable"),
        (("--edition", FHRS, "--as-of", "yesterday"), "as_of_malformed"),
        (("--edition", FHRS, "--edition", LA, "--as-of", "2025-06-01"), "editions_of_two_rulebooks"),
        (("--edition", FHRS, "--edition", FHRS, "--as-of", "2025-06-01"), "editions_overlap"),
    ],
)
def test_a_command_that_cannot_be_followed(arguments: tuple[str, ...], code: str) -> None:
    done = run_tool("rate", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert code in done.stderr


def test_an_edition_that_does_not_rate_is_checked_and_never_rates(tmp_path: Path) -> None:
    file = tmp_path / "repairs.toml"
    file.write_text(repair_text(), "utf-8")
    assert run_tool("check", str(file)).returncode == 0
    done = run_tool("rate", "--edition", str(file), "--as-of", "2026-06-01")
    assert (done.returncode, done.stdout) == (2, "")
    assert "edition_without_rating" in done.stderr


def test_check_is_silent_about_a_good_edition_and_names_the_place_of_a_fault(tmp_path: Path) -> None:
    done = run_tool("check", FHRS)
    assert (done.returncode, done.stderr) == (0, "")
    text = Path(FHRS).read_text("utf-8")
    for name, bad in {
        "key": text + "\n[oddity]\n",
        "lint": text.replace('clause = "bands"', 'clause = "nowhere"', 1),
    }.items():
        file = tmp_path / f"{name}.toml"
        file.write_text(bad, "utf-8")
        done = run_tool("check", str(file))
        assert done.returncode == 1
        assert done.stderr.startswith(str(file))
        assert run_tool("check", "--lang", "zh", str(file)).stderr != done.stderr
