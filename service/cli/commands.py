"""The commands, each a thin call of use cases and queries."""

from __future__ import annotations

import sys
from typing import Any

import click
from sqlalchemy.exc import OperationalError

from service.cli.ask import tier
from service.cli.demo import demo
from service.cli.drawing import draw
from service.cli.inspecting import plan
from service.cli.load import load
from service.cli.operate import edition, ledger, migrate_command, token
from service.cli.publishing import publicity_command
from service.cli.statistics import statistics
from service.cli.telling import notice, webhook
from service.cli.up import up
from service.cli.verify import verify
from service.platform import LANGUAGES, Problem, SettingsError
from service.platform.embedded import EmbeddedStackError


class Program(click.Group):
    """A group that says in one sentence per language what went wrong, and ends with 1."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as its base
        """Run, and turn what a user can mend into sentences."""
        try:
            return super().invoke(ctx)
        except Problem as problem:
            said = [line for language in LANGUAGES for line in in_one_language(problem, language)]
        except SettingsError as error:
            said = list(error.faults)
        except EmbeddedStackError as error:
            said = [error.zh, error.en]
        except OperationalError as error:
            why = str(error.orig).splitlines()[0]
            said = [
                f"连不上数据库，请核对 DATABASE_URL：{why}",
                f"The database does not answer, check DATABASE_URL: {why}",
            ]
        except OSError as error:
            if error.filename is None:
                raise
            why = f"{error.filename}: {error.strerror}"
            said = [
                f"无法读写，请核对 --data 与权限：{why}",
                f"Cannot be read or written, check --data and rights: {why}",
            ]
        for line in said:
            click.echo(line, err=True)
        sys.exit(1)


def in_one_language(problem: Problem, language: str) -> list[str]:
    """What happened, where, and what to do next; then each place at fault."""
    text = problem.text(language)
    places = [(one.pointer or "", one.text(language)) for one in problem.errors]
    return [
        f"{text.title}: {text.detail} {text.next} ({problem.code})",
        *(f"  {pointer} {each.detail} {each.next}" for pointer, each in places),
    ]


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """信监 Xinjian: 信用评价、分级监管 · credit rating and tiered supervision.

    Without DATABASE_URL every command works on an embedded PostgreSQL and Redis over --data (default .data).
    """


for command in (up, demo, load, tier, plan, draw, publicity_command, statistics, verify, webhook, notice):
    main.add_command(command)
for command in (migrate_command, token, ledger, edition):
    main.add_command(command)
