"""Runbooks are typed as they stand: what the rehearsal reads out of a page is what a person would type."""

from __future__ import annotations

import subprocess

import pytest

from tests.rehearsal.runbook import RunbookError, commands, run, section

PAGES = [("install.md", "Install"), ("install.md", "Upgrade"), ("backup.md", "Restore")]


@pytest.mark.parametrize(("page", "heading"), PAGES)
def test_every_command_of_a_section_is_one_of_a_shell(page: str, heading: str) -> None:
    typed = commands(section(page, heading))
    assert typed
    for one in typed:
        done = subprocess.run(["bash", "-n", "-c", one], check=False, capture_output=True, text=True)
        assert done.returncode == 0, f"{one}: {done.stderr}"


def test_what_a_page_shows_as_an_answer_is_not_typed() -> None:
    text = "1. Do\n   ```console\n   # first\n   an answer\n   $ of a user\n   # second\n   ```\n# a heading\n"
    assert commands(text) == ["first", "second"]


def test_a_heading_that_is_gone_is_told() -> None:
    with pytest.raises(RunbookError, match="Uninstall"):
        section("install.md", "Uninstall")


def test_the_first_command_that_fails_ends_it_and_says_what_it_wrote() -> None:
    with pytest.raises(RunbookError, match="gone wrong"):
        run(["echo gone wrong", "false", "echo never"])
    assert run(["WHO=me", "echo it is $WHO"]).output.endswith("it is me\n")


def test_an_example_that_the_page_no_longer_gives_is_told() -> None:
    with pytest.raises(RunbookError, match=r"RELEASE=9"):
        run(["echo"], {"RELEASE=9": "RELEASE=1"})
