"""``xinjian verify``: the stranger's tool under the program's own name."""

from __future__ import annotations

import sys

import click

from scoring.__main__ import main


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def verify(arguments: tuple[str, ...]) -> None:
    """验证抽取记录、评级包或账本证明 · Verify a draw, a rating or the ledger; exit 1 where a check fails.

    Everything is as with `python -m scoring verify`, which needs nothing installed: see docs/verify.md.
    """
    sys.exit(main(arguments, verifier="xinjian verify"))
