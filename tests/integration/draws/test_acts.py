"""Draws from the command line beside the straight way: witnesses, failures, events, giving up, and what is not open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from scoring.sampling.keys import witness_commitment
from scoring.sampling.verify import verify
from service.cli.commands import main
from service.inspections import draws
from tests.builders import drawing, joint
from tests.builders.draw_life import (
    act,
    closed,
    dispatched,
    frozen,
    full,
    full_bytes,
    key_of,
    lose_secret,
    move,
    prepared,
)
from tests.integration.draws.test_aftermath import fallback_terms

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from service.platform import Database

    Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.delenv("REDIS_URL", raising=False)
    return lambda *words: CliRunner().invoke(main, list(words))


def said(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def refused(result: Result) -> str:
    assert result.exit_code == 1, result.output
    return result.output


def minutes(run: Run, number: str, folder: Path) -> str:
    """Evidence, kept with the draw; its digest."""
    file = folder / "minutes.pdf"
    file.write_bytes(b"%PDF-1.4 minutes")
    (digest,) = said(run("draw", "evidence", number, str(file), "--as", "H1"))
    return digest


def test_a_witness_chooses_alone_is_written_down_and_reveals(run: Run, database: Database) -> None:
    number = prepared(database)
    chosen = json.loads("".join(said(run("draw", "witness-value", number, "NO-07"))))
    assert chosen["commitment"] == witness_commitment(number, "NO-07", bytes.fromhex(chosen["value"]))
    organised = ("--organisation", "市公证处", "--as", "H1")
    wrong = refused(run("draw", "witness", number, "NO-07", "--commitment", "12", *organised))
    assert "/commitment" in wrong
    said(run("draw", "witness", number, "NO-07", "--commitment", chosen["commitment"], *organised))
    (shown,) = [json.loads("\n".join(said(run("draw", "show", number))))["witnesses"]]
    assert "NO-07" in shown
    early = refused(run("draw", "reveal", number, "NO-07", "--value", chosen["value"], "--as", "H1"))
    assert "draw_step_too_early" in early


def test_a_failed_attempt_is_recorded_with_evidence(run: Run, database: Database, tmp_path: Path) -> None:
    number = prepared(database, terms=fallback_terms())
    closed(database, number, at=drawing.INSTANT - 11_000)
    lose_secret(database, number)
    absent = ("--evidence", "1" * 64, "--as", "H1")
    assert "draw_evidence_unknown" in refused(run("draw", "failure", number, "--reason", "secret_missing", *absent))
    shown = ("--evidence", minutes(run, number, tmp_path), "--as", "H1")
    assert "/reason" in refused(run("draw", "failure", number, "--reason", "unreachable", *shown))
    assert said(run("draw", "failure", number, "--reason", "secret_missing", *shown)) == ["2"]


def test_what_happens_after_is_proposed_and_decided_by_two_and_told(
    run: Run, database: Database, tmp_path: Path
) -> None:
    number = prepared(database)
    dispatched(database, number)
    closed_file = tmp_path / "t.json"
    kept = refused(run("draw", "transcript", number, "--to", str(closed_file), "--as", "H1"))
    assert ("draw_not_opened" in kept, closed_file.exists()) == (True, False)
    part = full(database, number)["parts"][0]
    waiting = {stratum for stratum, _, _ in part["reserves"]}
    stratum_of = {row[0]: row[2] for row in part["frame"]}
    gone = next(code for (code,) in part["drawn"] if stratum_of[code] in waiting)
    why = ("--reason", "closed", "--evidence", minutes(run, number, tmp_path))
    early = refused(run("draw", "propose", number, "replace", gone, *why, "--as", "H1"))
    assert "draw_gone_unconfirmed" in early, "the register has not heard of it"
    drawing.leaves_register(database, key_of(database, number, gone), "revoked")
    (proposal,) = said(run("draw", "propose", number, "replace", gone, *why, "--as", "H1"))
    assert "draw_own_work" in refused(run("draw", "decide", number, proposal, "--approve", "--as", "H1"))
    said(run("draw", "decide", number, proposal, "--approve", "--as", "A1"))
    (first, *_) = [json.loads(line) for line in said(run("draw", "log", number, "--as", "A1"))]
    assert (first["kind"], first["from"], first["reason"]) == ("replace", gone, "closed")
    (other,) = said(run("draw", "propose", number, "step_in", first["to"], "--seat", "2", "--as", "H1",
                        *("--reason", "leave", *why[2:])))  # fmt: skip
    said(run("draw", "decide", number, other, "--refuse", "--as", "A1"))
    assert verify(full_bytes(database, number)).failed() == []


def test_a_draw_is_given_up_by_two(run: Run, database: Database) -> None:
    number = prepared(database)
    assert "draw_void_not_proposed" in refused(run("draw", "void", number, "--as", "A1"))
    said(run("draw", "propose-void", number, "--reason", "wrong window", "--as", "H1"))
    assert "draw_own_work" in refused(run("draw", "void", number, "--as", "H1"))
    said(run("draw", "void", number, "--as", "A1"))
    assert json.loads("\n".join(said(run("draw", "show", number))))["void_reason"] == "wrong window"


def test_announced_numbers_wait_for_the_second_person(run: Run, database: Database, tmp_path: Path) -> None:
    attempts = [
        {
            "when": "first",
            "sources": drawing.NUMBERS,
            "instant": drawing.INSTANT,
            "deadline": drawing.INSTANT + 3_600,
        }
    ]
    number = prepared(database, terms=drawing.terms(attempts=attempts))
    closed(database, number)
    move(database, drawing.INSTANT + 60)
    act(database, draws.produce_secret, draw=number, value=None)
    file = tmp_path / "numbers.json"
    file.write_text(json.dumps({"values": drawing.ANNOUNCED}), "utf-8")
    (waiting,) = said(run("draw", "entropy", number, str(file), "--as", "H1"))
    assert "another person's entry" in waiting
    (digest,) = said(run("draw", "entropy", number, str(file), "--as", "A1"))
    shown = json.loads("\n".join(said(run("draw", "show", number))))
    assert shown["documents"]["entropy"] == digest


def test_the_other_authority_of_a_joint_draw_approves_its_part(run: Run, database: Database) -> None:
    joint.departments(database)
    ours, theirs = joint.published(database)
    number = act(database, draws.prepare_draw, task=ours, terms=joint.terms(theirs))
    assert "draw_part_unknown" in refused(run("draw", "approve", number, ours, "--as", "B1")), "the freeze approves it"
    said(run("draw", "approve", number, theirs, "--as", "B1"))
    made = frozen(database, number)
    by = {part["authority"]: part["approved_by"] for part in made["parts"]}
    assert by[joint.OTHER].endswith("-B1")


def test_what_can_be_frozen_no_more_is_given_up_once(run: Run, database: Database) -> None:
    number = prepared(database)  # its first day was in 2023
    assert said(run("draw", "expire", "--as", "H1")) == [number]
    assert said(run("draw", "expire", "--as", "H1")) == []
    assert json.loads("\n".join(said(run("draw", "show", number))))["void_reason"] == "expired"


def test_the_proof_of_one_entity_is_written_and_verified(run: Run, database: Database, tmp_path: Path) -> None:
    number = prepared(database)
    dispatched(database, number)
    (first, *_) = full(database, number)["parts"][0]["drawn"]
    file = tmp_path / "proof.json"
    assert "draw_code_unknown" in refused(run("draw", "certificate", number, "NOBODY", "--to", str(file), "--as", "A1"))
    said(run("draw", "certificate", number, first[0], "--to", str(file), "--as", "A1"))
    early = json.loads(file.read_text("utf-8"))
    assert (early["row"]["values"][0], early["drawn"]) == (first[0], {}), "whether it was drawn waits for the opening"
    assert verify(file.read_bytes()).failed() == []
    act(database, draws.open_draw, draw=number)
    said(run("draw", "certificate", number, first[0], "--to", str(file), "--as", "A1"))
    assert json.loads(file.read_text("utf-8"))["drawn"]["values"][0] == first[0]
    assert verify(file.read_bytes()).failed() == []
    said(run("draw", "transcript", number, "--to", str(file)))
    assert json.loads(file.read_text("utf-8"))["view"] == "public"
    unnamed = run("draw", "transcript", number, "--full", "--to", str(file))
    assert (unnamed.exit_code, "--as" in unnamed.output) == (2, True), "the full file is taken in somebody's name"
