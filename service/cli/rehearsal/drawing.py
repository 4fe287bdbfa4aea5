"""Roster, plan and draw of the rehearsed inspection."""

from __future__ import annotations

import io
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import orjson

from service import sample
from service.inspections import draws, plans
from service.inspections.plans.schemas import TaskSchema
from service.platform import Actor, Problem, Role
from service.register.inspecting import INSPECTORS
from service.register.inspecting.importing import import_records

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from service.cli.rehearsal.stage import Stage

AT_ONCE = timedelta()
CLOSES = timedelta(seconds=3_700)
ANNOUNCED = CLOSES + timedelta(seconds=700)
OVER = ANNOUNCED + timedelta(hours=1)
OPENED = timedelta(days=60)
"""By when the public file is promised: whoever tries the demonstration opens it in time."""
# The protocol's leads (docs/draw-protocol.md §3) and a little more.
RECORDED = ANNOUNCED + timedelta(minutes=5)
DISPATCHED = ANNOUNCED + timedelta(minutes=10)


def enrol(stage: Stage) -> int:
    """Import the city's roster as a user would; returns how many inspectors it has.

    Raises:
        ClickException: a row was refused.
    """
    lines = (orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in sample.roster(stage.city, stage.today))
    report = import_records(
        stage.running.database.unit_of_work,
        catalogue=INSPECTORS,
        actor=stage.running.actor,
        stream=io.BytesIO(b"".join(lines)),
        file_format="ndjson",
    )
    if report.state != "stored":
        raise click.ClickException(f"名录库未能导入 · the roster was refused: {report.document()}")
    return report.rows


def publish(stage: Stage) -> str:
    """Draft a plan, have another person approve it, publish it; returns the number of its task."""
    body = TaskSchema().dump(TaskSchema().load(sample.inspection_task(stage.today)))
    with stage.at(AT_ONCE, stage.handler) as uow:
        plan = plans.draft_plan(
            uow,
            authority=stage.authority,
            year=stage.today.year,
            names=sample.inspection_terms()["names"],
            special=True,  # whoever runs the demonstration again has the authority's annual plan already
            reason="演示 · demonstration",
        )
        task = plans.put_task(uow, plan=plan, body=body)
        plans.submit_plan(uow, plan=plan)
    with stage.at(AT_ONCE, stage.approver) as uow:
        plans.decide_plan(uow, plan=plan, approved=True, reason="演示 · demonstration")
        plans.publish_plan(uow, plan=plan)
    return task


class Kept(NamedTuple):
    """What a draw is made with beside its terms: two secrets of 32 bytes, and the numbers that are announced."""

    secret: bytes
    salt_key: bytes
    values: list[dict[str, Any]]


def draw(stage: Stage, task: str) -> str | None:
    """Commit, close, enter what was announced, conclude, attest, dispatch.

    Returns:
        The draw's number; None where nobody is in scope of the task.
    """
    number = prepare(stage, task)
    try:
        for _, step in steps(stage, number, kept(stage)):
            step()
    except Problem as refused:
        if refused.code == "frame_empty":
            return None
        raise
    return number


def prepare(stage: Stage, task: str) -> str:
    """Prepare the draw of a task; returns its number."""
    with stage.at(AT_ONCE, stage.handler) as uow:
        return draws.prepare_draw(uow, task=task, terms=_terms(stage))


def kept(stage: Stage) -> Kept:
    """Secrets and numbers as nobody could foresee them."""
    return Kept(secrets.token_bytes(32), secrets.token_bytes(32), _announced(stage))


def steps(stage: Stage, number: str, said: Kept) -> list[tuple[str, Callable[[], object]]]:
    """The steps of a prepared draw in their order, each with its name; one that is taken again changes nothing."""
    custodian = sample.inspection_terms()["custodian"]["id"]
    keeper = Actor("demo", custodian, Role.PARTNER)
    first, second = stage.handler, stage.second_handler

    def taken(after: timedelta, actor: Actor, step: Callable[..., object], **more: Any) -> Callable[[], object]:  # noqa: ANN401 - a step's own arguments
        def take() -> object:
            with stage.at(after, actor, one_snapshot=step is draws.freeze_draw) as uow:
                return step(uow, draw=number, **more)

        return take

    frozen = {"secret": said.secret, "salt_key": said.salt_key}
    return [
        ("freeze", taken(AT_ONCE, stage.approver, draws.freeze_draw, **frozen)),
        ("custody", taken(AT_ONCE, keeper, draws.confirm_custody, custodian=custodian, value=said.secret.hex())),
        ("close", taken(CLOSES, first, draws.close_draw)),
        ("values", taken(RECORDED, first, draws.enter_values, values=said.values)),
        ("values again", taken(RECORDED, second, draws.enter_values, values=said.values)),
        ("secret", taken(RECORDED, first, draws.produce_secret, value=None)),
        ("conclude", taken(RECORDED, first, draws.conclude)),
        ("attest", taken(DISPATCHED, keeper, draws.attest, custodian=custodian)),
        ("dispatch", taken(DISPATCHED, first, draws.dispatch)),
    ]


def _terms(stage: Stage) -> dict[str, Any]:
    def second(after: timedelta) -> int:
        moment: datetime = stage.began + after
        return int(moment.timestamp())

    return {
        "close_at": second(CLOSES),
        "result_by": second(OVER),
        "publish_by": second(OPENED),
        "attempts": [
            {
                "when": "first",
                "sources": sample.announcements(stage.day(ANNOUNCED)),
                "instant": second(ANNOUNCED),
                "deadline": second(OVER),
            }
        ],
        "reason": "",
        "shortage_accepted": "",
    }


def _announced(stage: Stage) -> list[dict[str, Any]]:
    """Digits as nobody could foresee them."""
    return [
        {
            "kind": source["kind"],
            "name": source["name"],
            "values": [
                source["range"][0] + secrets.randbelow(source["range"][1] - source["range"][0] + 1)
                for _ in range(source["count"])
            ],
        }
        for source in sample.announcements(stage.day(ANNOUNCED))
    ]
