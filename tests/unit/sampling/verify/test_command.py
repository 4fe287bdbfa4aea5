"""``python -m scoring verify`` from outside: lines, exit codes, options, on a bare interpreter."""

import gc
import json
import sys
from pathlib import Path
from subprocess import run
from typing import Any

import pytest

from scoring.__main__ import main
from scoring.kernel.errors import LawError
from scoring.sampling.options import outside_of
from tests.builders.draws.writing import FOLDER
from tests.builders.tool import run_tool, start_tool

PLAIN = str(FOLDER / "accept" / "plain.json")


def anchors(tmp_path: Path) -> list[str]:
    lines: list[dict[str, Any]] = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))
    options = next(line["options"] for line in lines if line["file"] == "accept/anchored.json")
    snapshot = tmp_path / "list.txt"
    snapshot.write_text(options["snapshot"][0], encoding="utf-8")
    given = [f"--{name}={options[name]}" for name in ("commitment", "head", "now")]
    return [*given, f"--beacon={options['beacon'][0]}", f"--snapshot={snapshot}"]


def test_a_lawful_draw_ends_with_0_and_the_values_to_compare() -> None:
    done = start_tool("verify", PLAIN)
    assert (done.returncode, done.stderr) == (0, "")
    first, *_, last = done.stdout.splitlines()
    assert first.split() == ["P-JSON", "PASS"]
    assert last.startswith("consistent, not anchored: compare these three values: commitment ")


@pytest.mark.parametrize("file", [PLAIN, str(FOLDER / "reject" / "size_by_hand.json")])
def test_the_process_collects_rings_of_objects_afterwards_as_before(file: str) -> None:
    assert gc.isenabled()
    main(["verify", file])
    assert gc.isenabled()
    gc.disable()
    try:
        main(["verify", file])
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_who_verifies_a_draw_does_not_wait_for_what_rates() -> None:
    program = "import sys, scoring.__main__; print(*sys.modules)"
    modules = run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()
    assert "scoring.sampling.verify" in modules
    assert not [name for name in modules if name.startswith(("scoring.edition", "scoring.rating"))]


def test_without_a_pairing_library_the_signature_is_unseen_and_nothing_fails() -> None:
    said = {line.split()[0]: line.split()[1] for line in run_tool("verify", PLAIN).stdout.splitlines()[:-1]}
    assert said["E-BLS"] == "UNSEEN"
    assert "FAIL" not in said.values()


def test_a_tampered_draw_ends_with_1_and_tells_the_first_difference() -> None:
    done = run_tool("verify", str(FOLDER / "reject" / "size_by_hand.json"))
    assert done.returncode == 1
    line = next(line for line in done.stdout.splitlines() if line.startswith("S-SIZE"))
    assert line.split(None, 2)[1:] == ["FAIL", "P1/A/draw: found 2, expected 3"]
    assert done.stdout.splitlines()[-1] == "refused: see each FAIL above"


def test_strictly_what_rests_on_the_file_alone_fails() -> None:
    assert run_tool("verify", PLAIN, "--strict").returncode == 1


def test_values_from_outside_anchor_the_draw(tmp_path: Path) -> None:
    done = run_tool("verify", PLAIN, *anchors(tmp_path))
    assert done.returncode == 0
    said = {line.split()[0]: line.split()[1] for line in done.stdout.splitlines()[:-1]}
    assert {said[f"X-{name}"] for name in ("COMMITMENT", "HEAD", "TIME", "BEACON", "SNAPSHOT")} == {"PASS"}
    assert done.stdout.splitlines()[-1] == "consistent, and anchored in what was noted outside"


def test_the_report_is_in_chinese_where_the_caller_is() -> None:
    done = run_tool("verify", PLAIN, lang="zh_CN.UTF-8")
    assert done.stdout.splitlines()[0].split() == ["P-JSON", "PASS", "通过"]
    assert done.stdout.splitlines()[-1].startswith("自洽，未锚定")


def test_the_draw_before_is_read_from_its_file() -> None:
    before = f"--previous={FOLDER / 'accept' / 'void_before.json'}"
    assert run_tool("verify", str(FOLDER / "accept" / "carried_after_void.json"), before).returncode == 0
    assert run_tool("verify", str(FOLDER / "reject" / "carried_freed.json"), before).returncode == 1


def test_a_file_that_is_not_there_is_told() -> None:
    done = run_tool("verify", "nowhere.json")
    assert done.returncode == 2
    assert "file_unreadable" in done.stderr


@pytest.mark.parametrize(
    "given",
    [
        {"commitment": "AB"},
        {"head": "ab@5"},
        {"head": "a" * 64},
        {"primary": "1000"},
        {"beacon": ["xyz"]},
        {"now": "-5"},
        {"previous": "broken"},
    ],
)
def test_an_option_that_says_nothing_is_refused(given: dict[str, Any]) -> None:
    files = {"broken": b"{", "certificate": (FOLDER / "accept" / "certificate_drawn.json").read_bytes()}
    with pytest.raises(LawError) as refused:
        outside_of(given, files.__getitem__)
    assert refused.value.code in {"option_malformed", "previous_refused"}
    assert refused.value.zh != refused.value.en
