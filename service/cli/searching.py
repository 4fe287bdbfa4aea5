"""``xinjian studio sensitivity``, ``monotone`` and ``policy``: an edition put to the question over the stock."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from marshmallow import ValidationError

from service import editions
from service.cli.options import DAY, WORDS, data_option, lang_option
from service.cli.progress import Step
from service.cli.runtime import runtime
from service.platform import Problem, load_settings
from service.studio.runs import KINDS, Work

if TYPE_CHECKING:
    from datetime import date, datetime

    from service.cli.runtime import Runtime

_file = click.argument("text", metavar="[FILE]", required=False, type=WORDS)
_day = click.option("--day", type=DAY, help="日期 · day of the question (default: the stock's or the edition's first)")


@click.command("sensitivity")
@_file
@_day
@data_option
def sensitivity(text: str | None, day: datetime | None, data: Path | None) -> None:
    """各数字的影响：增减一个单位时有多少主体变动 · How many move where a number of an edition moves by one unit.

    Without FILE: every edition in force.
    """
    with runtime(data) as running:
        for options in _asked(running, text, day):
            _tell(answer(running, "sensitivity", options))


@click.command("monotone")
@_file
@_day
@data_option
def monotone(text: str | None, day: datetime | None, data: Path | None) -> None:
    """查找“违法反而升级、改正反而降级”的反例 · Whom a further decision helps or a correction harms; exit 1 where any.

    Without FILE: every edition in force.
    """
    with runtime(data) as running:
        told = [answer(running, "monotone", options) for options in _asked(running, text, day)]
    for one in told:
        _tell(one)
    if not all(one["monotone"] for one in told):
        sys.exit(1)


@click.command("policy")
@_file
@_day
@click.option("--edition", help="版本编号 · id of an edition, in the place of FILE")
@click.option("--days", type=click.IntRange(0), required=True, help="全年检查人日 · inspector days of a year")
@click.option(
    "--visits-per-day", type=click.FloatRange(0.01, 100), required=True, help="每人日检查次数 · visits of each"
)
@click.option("--minimum", multiple=True, metavar="TIER=1/50", help="最低年度比例 · least share of a tier in a year")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="报告页面 · write the page with the plot")
@lang_option
@data_option
def policy(text: str | None, day: datetime | None, edition: str | None, data: Path | None, **said: Any) -> None:  # noqa: ANN401
    """检查人日的最优分配与约束 · What given inspector days find at best, and what stands in the way; adopts nothing."""
    if (text is None) == (edition is None):
        raise click.UsageError("请给出 FILE 或 --edition 之一 · give either FILE or --edition")
    named = {"edition": edition} if text is None else {"text": text}
    plain = {"days": said["days"], "visits_per_day": said["visits_per_day"], "minimums": _minimums(said["minimum"])}
    try:
        options = KINDS["policy"].options().load({**named, **plain})
    except ValidationError as error:
        raise click.UsageError(f"{error.messages}") from error
    with runtime(data) as running:
        found = answer(running, "policy", options | ({} if day is None else {"day": day.date()}))
    if said["html"] is not None:
        said["html"].write_text(KINDS["policy"].page(found, said["lang"]) or "", encoding="utf-8")
    _tell(found)


def _minimums(given: tuple[str, ...]) -> list[dict[str, str]]:
    pairs = [each.partition("=") for each in given]
    return [{"tier": tier, "ratio": ratio} for tier, _, ratio in pairs]


def answer(running: Runtime, kind: str, options: dict[str, Any], *, shown: bool = True) -> dict[str, Any]:
    """The answer to a study of the newest stock, at once and kept nowhere. ``shown``: with a bar of its own.

    Raises:
        Problem: ``stock_no_folder``, ``stock_missing``, ``stock_damaged``, and those of the study.
    """
    from service.studio.stock import newest_stock  # noqa: PLC0415 -- NumPy, for these commands alone

    settings = load_settings(running.environ)
    if settings.stock_folder is None:
        raise Problem("stock_no_folder")
    with Step(kind) if shown else nullcontext() as step:

        def tell(done: int, whole: int) -> None:
            if step is not None:
                step.total = whole
                step.at(done)

        return KINDS[kind].answer(Work(running.database, newest_stock(settings.stock_folder), options, tell))


def _asked(running: Runtime, text: str | None, day: datetime | None) -> list[dict[str, Any]]:
    """The options of each edition that is asked about."""
    on: dict[str, date] = {} if day is None else {"day": day.date()}
    if text is not None:
        return [{"text": text, **on}]
    with running.database.reader() as session:
        today = on.get("day") or running.database.clock.now().date()
        shelf = editions.shelf(session)
        rating = [one for one in shelf.editions if one.ratings and one.force_from <= today]
        return [{"edition": one.id, **on} for one in rating if one.force_to is None or today < one.force_to]


def _tell(said: dict[str, Any]) -> None:
    click.echo(json.dumps(said, ensure_ascii=False, indent=1))
