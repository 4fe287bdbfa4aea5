"""``xinjian reindex``: what entities are found by, drawn anew after an upgrade that reads names otherwise."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from service import register
from service.cli.options import data_option
from service.cli.progress import Step
from service.cli.runtime import runtime

if TYPE_CHECKING:
    from pathlib import Path


@click.command("reindex")
@data_option
def reindex(data: Path | None) -> None:
    """重建名称与地址的检索内容 · Draw anew what entities are found by; told by docs/register.md."""
    with runtime(data) as running, Step("reindex") as step:
        looked, changed, after = 0, 0, 0
        while True:
            with running.database.unit_of_work(running.actor) as uow:
                done = register.reindex_entities(uow, after=after)
            looked, changed = looked + done.looked, changed + done.changed
            step.at(looked)
            if done.after is None:
                break
            after = done.after
    click.echo(json.dumps({"entities": looked, "changed": changed}))
