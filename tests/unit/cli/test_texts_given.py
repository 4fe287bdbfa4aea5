"""Texts of editions that commands are given as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from service.cli.commands import main

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "command",
    [["sensitivity"], ["monotone"], ["policy", "--days", "1", "--visits-per-day", "1"], ["back-test", "--edition"]],
)
def test_a_text_in_another_encoding_is_refused_with_its_first_byte_that_is_wrong(
    tmp_path: Path, command: list[str]
) -> None:
    file = tmp_path / "edition.toml"
    file.write_bytes('title = "办法"'.encode("gb18030"))
    done = CliRunner().invoke(main, ["studio", *command, str(file)])
    assert done.exit_code == 2
    assert "no UTF-8 from byte 10 on" in done.output
