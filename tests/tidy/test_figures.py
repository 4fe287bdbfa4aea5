"""The printed figures of the house count what they say."""

from pathlib import Path

import pytest

from .figures import lines_of_code, main, summary


def test_blank_lines_and_comments_do_not_count(tmp_path: Path) -> None:
    file = tmp_path / "small.py"
    file.write_text("# a comment\n\nx = 1\n    # another\ny = 2  # said why\n", encoding="utf-8")
    assert lines_of_code(file) == 2


def test_the_summary_tells_median_and_ratio() -> None:
    said = summary([10, 20, 90], [100, 80])
    assert "median 20" in said
    assert "largest 90" in said
    assert "test : code 1.50" in said


def test_it_prints_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    assert capsys.readouterr().out.count("\n") == 1
