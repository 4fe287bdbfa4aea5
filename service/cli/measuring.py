"""``xinjian measure``: what was ordered against entities because of records, and the orders that lift it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from service import evidence
from service.cli.options import DAY, data_option
from service.cli.runtime import runtime
from service.cli.steps import as_option, named

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path


@click.group()
def measure() -> None:
    """管理措施 · Measures that rest upon records; told by docs/evidence.md."""


@measure.command("list")
@click.argument("key")
@click.option("--as-of", type=DAY, help="哪一天 · the day asked about (default: today)")
@data_option
def listed(key: str, as_of: datetime | None, data: Path | None) -> None:
    """主体的各项措施 · The measures against an entity, each with how it stands and what happened to it."""
    day = as_of.date() if as_of else None
    with runtime(data) as running, running.database.reader() as session:
        now = running.database.clock.now()
        found = evidence.entity_measures(session, running.actor, key, now=now, as_of=day)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))


@measure.command("record")
@click.argument("record", type=int)
@click.option("--kind", required=True, help="种类(见 GET /v1/measure-kinds) · its kind")
@click.option("--basis", required=True, help="依据的条款 · the law and clause on which it rests")
@click.option("--document", required=True, help="决定书文号 · the order")
@click.option("--from", "starts_on", required=True, help="起始日 · its first day")
@click.option("--to", "ends_on", help="截止日 · its last day (default: until it is lifted)")
@click.option("--authority", help="作出措施的部门 · who ordered it (default: the entity's authority)")
@click.option("--source", required=True, help="来源系统 · the system that it comes from")
@click.option("--ref", "source_ref", required=True, help="来源编号 · its number there")
@as_option
@data_option
def impose(record: int, person: str, data: Path | None, **said: str | None) -> None:
    """录入措施 · Record a measure that was ordered because of a record; prints its number."""
    _write(data, person, evidence.impose_measure, body={"record": record, **said})


@measure.command("lift")
@click.argument("number", type=int)
@click.option("--on", required=True, help="解除之日 · the day from which it is lifted")
@click.option("--reference", required=True, help="解除决定书文号 · the order that lifts it")
@click.option("--reason", required=True, help="理由 · why")
@as_option
@data_option
def lift(number: int, person: str, data: Path | None, **said: str) -> None:
    """解除措施 · Record the order that lifts a measure, in the name of another person than recorded it."""
    _write(data, person, evidence.lift_measure, measure_id=number, body=said)


def _write(data: Path | None, person: str, usecase: Callable[..., evidence.MeasureReceipt], **said: Any) -> None:  # noqa: ANN401 a use case's own arguments
    with runtime(data) as running, running.database.unit_of_work(named(running, person)) as uow:
        receipt = usecase(uow=uow, **said)
    click.echo(receipt.id)
