"""Commands are imported when they are called for; the list of them needs none, and says what they say themselves."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from service.cli.commands import COMMANDS, main

HEAVY = "sqlalchemy", "flask", "psycopg", "redis", "rq", "alembic", "numpy", "openpyxl", "pypinyin", "opencc"


def imported(*arguments: str) -> set[str]:
    """What the program has imported once a command has ended."""
    program = (
        "import contextlib, sys; from service.cli.commands import main\n"
        "with contextlib.suppress(SystemExit): main(sys.argv[1:], standalone_mode=False)\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    return set(ended.stderr.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_it_says_first_itself(name: str) -> None:
    context = click.Context(main)
    command = main.get_command(context, name)
    assert command is not None
    assert command.name == name
    assert COMMANDS[name].says == " ".join((command.help or "").split("\n\n")[0].split("\n"))


def test_the_list_is_whole_and_in_order() -> None:
    told = CliRunner().invoke(main, ["--help"]).output.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in told if not line.startswith("   ")] == sorted(COMMANDS)
    assert main.get_command(click.Context(main), "unheard-of") is None


def test_the_list_and_the_verifier_need_nothing_that_is_heavy() -> None:
    assert imported("--help").isdisjoint(HEAVY)
    assert imported("verify", "--help").isdisjoint(HEAVY)


def test_a_question_needs_no_dictionary_no_workbook_and_no_other_engine() -> None:
    assert imported("tier", "--help").isdisjoint({"numpy", "openpyxl", "pypinyin", "opencc", "alembic.command"})


def test_who_neither_delivers_nor_prints_reads_no_client_and_no_printer() -> None:
    program = "import sys, service.app, service.cli.telling, workers.main, workers.schedule; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(ended.stdout.split()).isdisjoint({"aiohttp", "reportlab", "PIL", "numpy", "openpyxl", "pypinyin"})


def test_a_command_with_an_identity_number_is_not_begun() -> None:
    typed = ["tier", "own:11010519491231002X"]
    refused = CliRunner().invoke(main, typed)
    assert refused.exit_code == 2
    assert "identity number" in refused.output
    assert "11010519491231002X" not in refused.output
