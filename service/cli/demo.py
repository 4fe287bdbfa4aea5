"""``xinjian demo``: a whole city, from nothing to explained tiers, through the doors that a user would use."""

from __future__ import annotations

import json
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service import sample
from service.cli import city
from service.cli.ask import as_answer, in_words, standing
from service.cli.back_testing import in_figures
from service.cli.demo_accounts import open_demo_accounts
from service.cli.inventing import inventing
from service.cli.options import DAY, called, data_option, json_option
from service.cli.prepare import prepare
from service.cli.processes import DELIVERER, SCHEDULER, WORKERS, children
from service.cli.progress import Step
from service.cli.rehearsal import LOOPBACK, Stage, rehearse, rehearse_back_test, rehearse_repairs
from service.cli.runtime import DATA, runtime
from service.platform import seal

if TYPE_CHECKING:
    from service.cli.runtime import Runtime

SHOWN = 5
"""Moved tiers that a person is shown; the summary as JSON has them all."""


@click.command()
@click.option("--size", type=click.IntRange(1, 1_000_000), default=50_000, show_default=True, help="主体数 · entities")
@click.option("--seed", default="xinjian", show_default=True, help="随机种子 · seed of the invented city")
@click.option("--until", type=DAY, help="最后一天 · last day of the events (default: today)")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="评价进程数 · rating workers")
@json_option
@data_option
def demo(*, size: int, seed: str, until: datetime | None, workers: int, as_json: bool, data: Path | None) -> None:
    """演示:生成、导入并评价一座城市,然后全部停止 · Invent, load and rate a city, then stop everything."""
    invented = sample.City(seed=seed, size=size, until=(until or datetime.now(UTC)).date())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xinjian-city-")))
        coming = stack.enter_context(inventing(invented, folder))
        with Step("数据库 · database") as started:
            running = stack.enter_context(runtime(data))
            prepare(running)
        seconds = {"database": started.seconds}
        rating = (*WORKERS, "--processes", f"drain={workers}")
        commands = {"workers": rating, "scheduler": SCHEDULER, "deliverer": DELIVERER}
        logs = (data or DATA) / "logs"
        written = coming.wait(seconds)
        # Nobody rates before the events are in: what is rated without them would be rated a second time.
        with children({"intake": (*WORKERS, "--processes", "drain=0")}, running.environ, logs) as intake:
            loaded = city.load_entities(running, folder, invented.size, seconds)
            city.load_events(running, folder, intake, seconds)
        # The first snapshot of the evidence holds what is sealed: the sealer may come up after who makes it.
        seal(running.database)
        # The partner of the rehearsed repairs is on this machine, where nobody calls unless a setting allows it.
        allowed = " ".join(filter(None, (running.environ.get("WEBHOOK_NETWORKS"), LOOPBACK)))
        with children(commands, {**running.environ, "WEBHOOK_NETWORKS": allowed}, logs) as workers_running:
            seconds["rating"] = city.wait_until_rated(running, workers_running)
            summary = city.summary(running, written, loaded, seconds)
            summary["example"] = example(running)
            stage = Stage(running, invented)
            summary["plan"] = rehearse(stage, folder, workers_running, seconds)
            summary["repair"] = rehearse_repairs(stage, workers_running, seconds)
            summary["back_test"] = rehearse_back_test(stage, seconds)
            open_demo_accounts(running, stage.authority, data or DATA, team=summary["plan"].get("left_to", ()))
        click.echo(json.dumps(summary, ensure_ascii=False, indent=2) if as_json else words(running, summary))


def example(running: Runtime) -> dict[str, Any] | None:
    """The whole answer about one entity of the city."""
    with running.database.reader() as session:
        key = city.example_key(session)
    return None if key is None else as_answer(standing(running, key, None, None))


def words(running: Runtime, summary: dict[str, Any]) -> str:
    """The summary for a person, in both languages."""
    total = sum(summary["seconds"].values())
    tiers = "  ".join(f"{tier} {count:,} ({count / summary['rated']:.1%})" for tier, count in summary["tiers"].items())
    lines = [
        "",
        f"主体 entities {summary['entities']:,} · 事件 events {summary['events']:,} · 用时 {total:.1f} s",
        f"有答复 rated {summary['rated']:,} · 其中不予评级 unrated {summary['unrated']:,}",
        f"等级 tiers: {tiers}",
    ]
    code = "CODE"
    if summary["example"] is not None:
        code = summary["example"]["entity"]
        found = standing(running, summary["example"]["entity"], None, None)
        lines += ["", in_words(running, found, "zh"), "", in_words(running, found, "en")]
    lines += ["", *inspected(summary["plan"]), "", *repaired(summary["repair"])]
    lines += ["", *predicted(summary["back_test"])]
    lines += ["", "下一步 · next: make up", f"然后 · then: {called()} tier {code}"]
    return "\n".join(lines)


def inspected(plan: dict[str, Any]) -> list[str]:
    """The inspection for a person, in both languages."""
    if plan["draw"] is None:
        return ["城市太小，没有可抽查的对象 · the city is too small to have anyone to draw from"]
    proofs = "  ".join(
        f"{name} {'✓' if said is True else '×' if said is False else said}" for name, said in plan["verified"].items()
    )
    lines = [
        (
            f"抽取 draw {plan['draw']}: 抽样框 frame {plan['frame']:,} · 抽中 drawn {plan['targets']:,}"
            f" · 备选 reserves {plan['reserves']:,} · 检查人员 inspectors {plan['inspectors']}"
        ),
        f"验证 verified: {proofs}",
        (
            f"检查 visits {plan['visits']:,} · 发现问题 with problems {plan['problems']:,}"
            f" · 等级变化 tiers moved {len(plan['moved']):,}"
        ),
    ]
    return lines + [f"  {one['entity']} {one['from'] or '—'} → {one['to'] or '—'}" for one in plan["moved"][:SHOWN]]


def repaired(repair: dict[str, Any]) -> list[str]:
    """The three repairs for a person, in both languages."""
    names = {"granted": "准予修复 granted", "lapsed": "期满终止 lapsed", "revoked": "撤销修复 revoked"}
    lines = []
    for part, name in names.items():
        one = repair[part]
        if one is None:
            continue
        steps = " → ".join(f"{step['event']} {step['on']}" for step in one["steps"])
        lines += [f"{name}: {one['entity']} {one['case']}", f"  {steps}"]
        if "before" in one:
            lines.append(f"  {followed(one)}")
    return [*lines, *([repair["lacking"]] if repair["lacking"] else [])]


def predicted(found: dict[str, Any] | None) -> list[str]:
    """The main figures of the back-test for a person, in both languages."""
    if found is None:
        return ["没有数据快照，未作回测 · no snapshot of the evidence: no back-test"]
    return in_figures(found).splitlines()


def followed(one: dict[str, Any]) -> str:
    """Who followed a repair, before, with it and in the end."""
    looks = [one[when] for when in ("before", "repaired", "after")]
    tiers = " → ".join("/".join(tier or "—" for tier in look["tier"].values()) for look in looks)
    shown = " → ".join("✓" if look["published"] else "×" for look in looks)
    strata = " → ".join("—" if look["frame"] is None else look["frame"]["ratio"] or "—" for look in looks)
    partner = "—" if "partner" not in one else "✓" if one["partner"]["follows"] else "×"
    return f"等级 tier {tiers} · 公示 public {shown} · 下次抽查比例 next draw {strata} · 接收方 partner {partner}"
