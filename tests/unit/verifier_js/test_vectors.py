"""The second verifier gives every vector the verdicts that the first one gives it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders.tool import run_tool

from .node import LINES, VECTORS, options_of, reckoned, told, verify

if TYPE_CHECKING:
    from pathlib import Path

ACCEPTED = [line for line in LINES if "verdicts" in line]
REFUSED = [line for line in LINES if "fails" in line]


def named(line: dict[str, Any]) -> str:
    return str(line["file"])


def test_there_are_vectors_of_both_kinds_and_a_refused_one_for_each_code_that_can_fail() -> None:
    assert len(ACCEPTED) > 15
    never = {"E-WITNESSED", "E-ESCROW", "S-WEIGHT", "S-NARROW", "A-CHOICE"}  # at worst weak
    assert {line["fails"] for line in REFUSED} == set(ACCEPTED[0]["verdicts"]) - never


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What the command says of each vector: {status, output}; one Node for all, since starting it costs most."""
    calls = {}
    for line in LINES:
        folder = tmp_path_factory.mktemp("lists")
        calls[line["file"]] = [str(VECTORS / line["file"]), "--lang=en", *options_of(line, folder)]
    found: dict[str, dict[str, Any]] = reckoned(f"""
        const read = require("fs").readFileSync;
        const run = async (args) => {{
          let output = "";
          const status = await v.main(args, {{ read, write: (text) => (output += text) }});
          return {{ status, output }};
        }};
        (async () => {{
          const found = {{}};
          for (const [file, args] of Object.entries({json.dumps(calls)})) found[file] = await run(args);
          tell(found);
        }})();""")
    return found


def verdicts_of(output: str) -> dict[str, str]:
    return {line.split()[0]: line.split()[1] for line in output.splitlines()[:-1]}


@pytest.mark.parametrize("line", ACCEPTED, ids=named)
def test_an_accepted_file_has_the_verdicts_of_the_index(
    line: dict[str, Any], outcomes: dict[str, dict[str, Any]]
) -> None:
    outcome = outcomes[line["file"]]
    assert verdicts_of(outcome["output"]) == line["verdicts"], outcome["output"]
    assert outcome["status"] == 0


@pytest.mark.parametrize("line", REFUSED, ids=named)
def test_a_refused_file_fails_with_the_code_of_the_index(
    line: dict[str, Any], outcomes: dict[str, dict[str, Any]]
) -> None:
    outcome = outcomes[line["file"]]
    assert verdicts_of(outcome["output"])[line["fails"]] == "FAIL", outcome["output"]
    assert outcome["status"] == 1
    assert outcome["output"].splitlines()[-1] == "refused: see each FAIL above"


@pytest.mark.parametrize("line", [*ACCEPTED[::2], *REFUSED[::12]], ids=named)
def test_both_verifiers_say_the_same(line: dict[str, Any], outcomes: dict[str, dict[str, Any]], tmp_path: Path) -> None:
    first = run_tool("verify", str(VECTORS / line["file"]), *options_of(line, tmp_path), "--lang=en")
    second = outcomes[line["file"]]
    assert first.returncode == second["status"]
    here, there = verdicts_of(second["output"]), told(first)
    assert list(here) == list(there), "the same codes in the same order"
    if "fails" in line:
        assert here[line["fails"]] == there[line["fails"]] == "FAIL"
        return
    # The first one checks signatures only where a library is; the second one brings its own pairing.
    assert {code: verdict for code, verdict in here.items() if code != "E-BLS"} == {
        code: verdict for code, verdict in there.items() if code != "E-BLS"
    }
    assert there["E-BLS"] in {here["E-BLS"], "UNSEEN"}


@pytest.mark.parametrize("line", [ACCEPTED[0], REFUSED[0]], ids=named)
def test_the_command_started_as_a_program_says_what_it_says_as_a_module(
    line: dict[str, Any], outcomes: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    done = verify(VECTORS / line["file"], *options_of(line, tmp_path))
    assert {"status": done.returncode, "output": done.stdout} == outcomes[line["file"]]


@pytest.mark.parametrize("name", ["short", "short_of_leads"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_both_verifiers_print_the_same_seats_and_inspectors_in_the_way(name: str, lang: str) -> None:
    file = VECTORS / f"accept/{name}.json"
    there, here = (
        [line.partition("P1")[2] for line in done.stdout.splitlines() if line.startswith("A-PROOF")]
        for done in (run_tool("verify", str(file), f"--lang={lang}"), verify(file, f"--lang={lang}"))
    )
    assert here == there
    (told,) = here
    empty = json.loads(file.read_text("utf-8"))["parts"][0]["short"]
    assert empty
    assert all(f"{code}/{seat + 1}" in told for code, seat in empty)


def test_strict_refuses_what_is_weak_or_unseen_and_nothing_else(tmp_path: Path) -> None:
    anchored = next(line for line in ACCEPTED if named(line) == "accept/anchored.json")
    file, options = VECTORS / anchored["file"], options_of(anchored, tmp_path)
    assert verify(file, *options).returncode == 0
    assert [code for code, verdict in told(verify(file, *options)).items() if verdict != "PASS"] == ["F-CARRIED"]
    assert verify(file, "--strict", *options).returncode == 1
    assert verify(VECTORS / "accept/weak.json", "--strict").returncode == 1


def test_the_last_line_says_what_to_compare_until_all_three_values_came_from_outside(tmp_path: Path) -> None:
    anchored = next(line for line in ACCEPTED if named(line) == "accept/anchored.json")
    file, options = VECTORS / anchored["file"], options_of(anchored, tmp_path)
    assert verify(file, *options).stdout.splitlines()[-1].startswith("consistent and anchored")
    for missing in ("--head", "--beacon"):
        fewer = [option for option in options if not option.startswith(missing)]
        last = verify(file, *fewer).stdout.splitlines()[-1]
        assert last.startswith("consistent, not anchored: compare these three values: commitment 75ed1575"), missing
    only_head = [option for option in options if not option.startswith("--commitment")]
    assert verify(file, *only_head).stdout.splitlines()[-1].startswith("consistent and anchored")


def test_both_end_with_the_same_line_before_there_is_a_beacon() -> None:
    file = VECTORS / "accept/certificate_before_opening.json"
    last = verify(file).stdout.splitlines()[-1]
    assert last.endswith("beacon –")
    assert run_tool("verify", str(file), "--lang=en").stdout.splitlines()[-1] == last


def test_json_tells_the_same_in_both_languages() -> None:
    file = VECTORS / "reject" / "another_cut.json"
    english, chinese = (json.loads(verify(file, "--json", f"--lang={lang}").stdout) for lang in ("en", "zh"))
    assert set(english) == {"verdicts", "last"}
    for here, there in zip(english["verdicts"], chinese["verdicts"], strict=True):
        assert (here["code"], here["verdict"]) == (there["code"], there["verdict"])
        assert (here["said"] == there["said"] == "") or here["said"] != there["said"]
    assert {one["code"]: one["said"] for one in english["verdicts"]}["S-CUT"].startswith("P1 cuts[0]: A,")


def test_standard_input_is_a_file_too() -> None:
    content = (VECTORS / "accept/plain.json").read_bytes()
    assert verify("-", stdin=content).stdout == verify(VECTORS / "accept/plain.json").stdout


@pytest.mark.parametrize(
    "options", [["--frobnicate=1"], ["--head=abc"], ["--now=soon"], ["--commitment=12"], ["--primary=1:ab"], ["second"]]
)
def test_what_is_not_understood_ends_with_2_and_no_verdict(options: list[str]) -> None:
    done = verify(VECTORS / "accept/plain.json", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert "not understood" in done.stderr
