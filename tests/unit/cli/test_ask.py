"""What ``xinjian tier`` says where there is little to say, or it was asked in a way that cannot be read."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, cast

import pytest
from click.testing import CliRunner

from service.cli.ask import as_answer, in_words, tier
from service.cli.options import called
from service.ratings import Standing

if TYPE_CHECKING:
    from pathlib import Path

    from service.cli.runtime import Runtime

DAY = date(2026, 6, 30)
WITHOUT_KINDS = Standing(
    entity_id=1,
    key="own:N-1",
    name="示例",
    authority="bj-culture",
    region="110105",
    natural_person=False,
    disputed=False,
    as_of=DAY,
    computed_at=datetime(2026, 6, 30, tzinfo=UTC),
    state="unrated",
    tier=None,
    next_change_on=None,
    summary={},
    domains={},
    documents=(),
    pending=False,
    quarantined=False,
    live=False,
)


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "请在登记簿中补录其许可"), ("en", "Enter its licences in the register")]
)
def test_an_entity_without_kinds_is_told_why_it_has_no_tier(lang: str, said: str) -> None:
    told = in_words(cast("Runtime", None), WITHOUT_KINDS, lang)
    assert "own:N-1" in told
    assert said in told
    assert as_answer(WITHOUT_KINDS)["reason"] == "no_kind_held"


@pytest.mark.parametrize(
    ("option", "written", "example"),
    [("--as-of", "2026-13-01", "2026-01-31"), ("--known-at", "2026-11-21", "2026-01-31T09:00:00+08:00")],
)
def test_a_day_written_otherwise_is_answered_with_an_example(option: str, written: str, example: str) -> None:
    done = CliRunner().invoke(tier, ["own:N-1", option, written])
    assert done.exit_code == 2
    assert f"请写成 {example} 的形式 · write it like {example}" in done.output.replace("\n", " ")


def test_the_program_is_named_as_it_can_be_called(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "xinjian").touch(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert called() == "bin/xinjian"
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert called() == "xinjian"
