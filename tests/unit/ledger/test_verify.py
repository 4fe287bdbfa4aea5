"""What an outsider sees of a ledger's proof: one that holds, and each way in which one is changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.kernel.canonical import canonical
from scoring.ledger import CODES, Held, is_proof, verify_proof
from tests.builders.tool import run_tool
from tests.unit.ledger.logs import Log, written

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOG = Log(37)
WHOLE = LOG.proof(37, earlier=20, entries=(1, 20, 37))
HELD = Held((LOG.key,), LOG.checkpoint(20))
REWRITTEN = Log(37, told="another")


def verdicts(document: dict[str, Any], held: Held = HELD) -> dict[str, str]:
    report = verify_proof(written(document), held)
    return {each.code: each.verdict for each in report.said}


def test_a_proof_that_holds_passes_every_check() -> None:
    assert is_proof(written(WHOLE))
    assert verdicts(WHOLE) == dict.fromkeys(CODES, "PASS")
    assert verify_proof(written(WHOLE), HELD).passes(strict=True)


def test_without_key_and_checkpoint_it_says_what_it_could_not_see() -> None:
    report = verify_proof(written(LOG.proof(37)))
    assert {each.code for each in report.said if each.verdict == "UNSEEN"} == {
        "L-KEY",
        "L-KEPT",
        "L-CONTINUES",
        "L-ENTRY",
    }
    assert report.passes()
    assert not report.passes(strict=True)
    assert any("--key" in line for line in report.lines("en"))
    assert "ledger.example.org" in report.lines("zh")[-1]


def changed(**values: Any) -> dict[str, Any]:  # noqa: ANN401 - parts of a document
    copied: dict[str, Any] = json.loads(json.dumps(WHOLE))
    return copied | values


def _entry(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    document = changed()
    change(document["entries"][1])
    return document


TAMPERED = {
    "another subject": (_entry(lambda one: one["entry"].update(subject="shop 21")), "L-ENTRY"),
    "another actor": (_entry(lambda one: one["entry"].update(actor_id="nobody")), "L-ENTRY"),
    "another detail": (_entry(lambda one: one["entry"].update(detail={})), "L-ENTRY"),
    "another place": (_entry(lambda one: one.update(position=21)), "L-ENTRY"),
    "another entry before": (_entry(lambda one: one.update(previous="00" * 32)), "L-ENTRY"),
    "a path cut short": (_entry(lambda one: one["path"].pop()), "L-ENTRY"),
    "a path too long": (_entry(lambda one: one["path"].append("00" * 32)), "L-ENTRY"),
    "a path of another": (_entry(lambda one: one["path"].reverse()), "L-ENTRY"),
    "a position beyond": (_entry(lambda one: one.update(position=38)), "L-ENTRY"),
    "a proof of nothing": (changed(earlier=WHOLE["earlier"] | {"path": []}), "L-CONTINUES"),
    "the other way round": (
        LOG.proof(20) | {"earlier": {"checkpoint": LOG.checkpoint(37).note(), "path": []}},
        "L-CONTINUES",
    ),
    "a history rewritten and signed": (REWRITTEN.proof(37, earlier=20, entries=(1,)), "L-KEPT"),
    "a size that nobody kept": (LOG.proof(37, earlier=21), "L-KEPT"),
    "another key": (Log(37, seed=b"\x02" * 32).proof(37, earlier=20), "L-KEY"),
    "another log's checkpoint": (
        changed(earlier=WHOLE["earlier"] | {"checkpoint": Log(37, name="elsewhere").checkpoint(20).note()}),
        "L-NOTE",
    ),
    "no checkpoint": (changed(checkpoint="37"), "L-NOTE"),
    "a field more": (changed(remark="x"), "L-FORM"),
    "no path": (_entry(lambda one: one.pop("path")), "L-FORM"),
    "a path that is none": (_entry(lambda one: one.update(path=["x"])), "L-FORM"),
    "an entry without its action": (_entry(lambda one: one["entry"].pop("action")), "L-FORM"),
    "a position that is none": (_entry(lambda one: one.update(position=True)), "L-FORM"),
    "another form": (changed(schema="xinjian/ledger_proof/2"), "L-FORM"),
}


@pytest.mark.parametrize(("document", "code"), TAMPERED.values(), ids=TAMPERED)
def test_what_was_changed_is_told_by_its_check(document: dict[str, Any], code: str) -> None:
    report = verify_proof(written(document), HELD)
    assert report.failed() == [code]
    assert not report.passes()
    for lang in ("zh", "en"):
        assert any("FAIL" in line for line in report.lines(lang))


def test_a_branch_is_found_by_whoever_kept_a_checkpoint_though_all_else_holds() -> None:
    """The one who rewrites has the key too: everything is consistent, but for what was kept outside."""
    forged = REWRITTEN.proof(37, earlier=20)
    assert verify_proof(written(forged), Held((LOG.key,))).passes()
    assert verify_proof(written(forged), HELD).failed() == ["L-KEPT"]


@given(st.binary(max_size=400), st.integers(0, len(written(WHOLE)) - 1))
def test_no_bytes_make_it_fail_otherwise(junk: bytes, at: int) -> None:
    whole = written(WHOLE)
    assert not verify_proof(junk, HELD).passes()
    report = verify_proof(whole[:at] + junk + whole[at + len(junk) :], HELD)
    assert report.passes() == (whole[:at] + junk + whole[at + len(junk) :] == whole)


@pytest.mark.parametrize(
    "data",
    [
        json.dumps(WHOLE).encode(),
        written(WHOLE) + b"\n",
        canonical({"type": "ledger_proof"}),
        b"[" * 100_000,
        b'{"type":"ledger_proof","n":' + b"9" * 5_000 + b"}",
        b'{"type":"ledger_proof","checkpoint":"\xff"}',
    ],
)
def test_what_is_not_canonical_is_refused(data: bytes) -> None:
    report = verify_proof(data)
    assert report.failed() == ["L-FORM"]
    assert report.lines("en")[-1].startswith("refused")


def test_the_tool_verifies_with_a_key_and_a_kept_checkpoint(tmp_path: Path) -> None:
    file, kept = tmp_path / "证明.json", tmp_path / "kept"
    file.write_bytes(written(WHOLE))
    kept.write_text(LOG.checkpoint(20).note())
    options = ["--key", LOG.key.text(), "--checkpoint", str(kept), "--lang", "en"]
    done = run_tool("verify", str(file), *options, "--strict")
    assert (done.returncode, done.stderr) == (0, "")
    assert "from 20 entries on to 37, none changed" in done.stdout
    file.write_bytes(written(REWRITTEN.proof(37, earlier=20)))
    done = run_tool("verify", str(file), *options)
    assert done.returncode == 1
    assert "the ledger was rewritten" in done.stdout


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--key", "no key"], "key_malformed"),
        (["--checkpoint", "FILE"], "checkpoint_malformed"),
        (["--now", "5"], "option_not_for_ledgers"),
    ],
)
def test_options_that_do_not_fit_are_told(tmp_path: Path, options: list[str], code: str) -> None:
    file = tmp_path / "proof.json"
    file.write_bytes(written(WHOLE))
    done = run_tool("verify", str(file), *(str(file) if one == "FILE" else one for one in options))
    assert done.returncode == 2
    assert code in done.stderr
