"""``xinjian import``: files of entities and of events, through the door that every bulk file takes."""

from __future__ import annotations

import json
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from service import evidence, ratings, register
from service.cli.city import submit
from service.cli.options import data_option, json_option
from service.cli.prepare import prepare
from service.cli.progress import Step
from service.cli.runtime import runtime
from service.platform import LANGUAGES
from service.register.inspecting import INSPECTORS, ITEMS, OWED_ITEMS
from service.register.inspecting.importing import import_records

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.cli.runtime import Runtime
    from service.register.usecases.importing import Mode

REMARKS = 100
"""Remarks on rows that are shown; the rest is in the result file of the job."""

FORMATS: dict[str, Literal["csv", "xlsx", "ndjson"]] = {
    ".csv": "csv",
    ".xlsx": "xlsx",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
}
MODES: dict[str, Mode] = {"all": "all_or_nothing", "good": "keep_good"}


@click.group("import")
def load() -> None:
    """导入文件 · Import files."""


keep_option = click.option(
    "--keep",
    type=click.Choice(list(MODES)),
    default="all",
    show_default=True,
    help="all: 有错则全部不入 · nothing where a row is wrong; good: 保留无误的行 · keep the good rows",
)
file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


def format_of(file: Path) -> Literal["csv", "xlsx", "ndjson"]:
    """The format that a file's name tells, before ``.gz``.

    Raises:
        UsageError: the name tells none.
    """
    name = file.name.removesuffix(".gz")
    found = FORMATS.get(Path(name).suffix.lower())
    if found is None:
        raise click.UsageError(f"{file.name}：扩展名须为 {', '.join(FORMATS)} · the name must end in one of these")
    return found


_REGISTER_OPTIONS = (
    file_argument,
    keep_option,
    click.option("--dry-run", is_flag=True, help="只检查 · check only, write nothing"),
    click.option(
        "--errors",
        type=click.Path(dir_okay=False, writable=True, path_type=Path),
        help="错误清单写到(CSV) · file for every error, row by row, as CSV",
    ),
    json_option,
    data_option,
)


def _of_register(name: str, zh: str, en: str, read_in: Callable[..., register.ImportReport], *, rates: bool) -> None:
    """A command that reads a file into the register; ``rates``: entities may have come of which something is known."""

    def command(*, file: Path, keep: str, dry_run: bool, errors: Path | None, as_json: bool, data: Path | None) -> None:
        with runtime(data) as running, file.open("rb") as stream:
            prepare(running)
            with Step(f"导入{zh} · importing {en}") as step:
                report = read_in(
                    running.database.unit_of_work,
                    actor=running.actor,
                    stream=stream,
                    file_format=format_of(file),
                    mode=MODES[keep],
                    dry_run=dry_run,
                    on_progress=step.at,
                )
            if rates:
                ratings.drain(database=running.database)
            told = _with_remarks(running, report, errors)
        _tell(told, as_json=as_json, failed=_failed(report))

    for option in reversed(_REGISTER_OPTIONS):
        command = option(command)
    load.command(name, help=f"导入{zh} · Import {en} from CSV, XLSX or NDJSON (.gz too).")(command)


_of_register("entities", "监管对象", "entities", register.import_entities, rates=True)
_of_register("inspectors", "执法检查人员", "inspectors", partial(import_records, catalogue=INSPECTORS), rates=False)
_of_register("items", "抽查事项", "inspection items", partial(import_records, catalogue=ITEMS), rates=False)
_of_register("owed-items", "应入库事项", "items owed", partial(import_records, catalogue=OWED_ITEMS), rates=False)


@load.command("events")
@file_argument
@keep_option
@click.option("--field-map", help="字段映射(来源系统) · field map of the source system, for CSV")
@json_option
@data_option
def events(*, file: Path, keep: str, field_map: str | None, as_json: bool, data: Path | None) -> None:
    """导入事件 · Import events, occasions and acts from NDJSON, CSV (.gz too) or XLSX, then rate."""
    with runtime(data) as running, file.open("rb") as stream:
        prepare(running)
        with Step("导入事件 · importing events"):
            submission = evidence.Submission(format_of(file), "all" if keep == "all" else "good", field_map)
            received = submit(running, stream, submission)
            job = evidence.work_off(database=running.database, job_id=received.job_id)
        with Step("评价 · rating"):
            ratings.drain(database=running.database)
        with running.database.reader() as session:
            remarks = [
                {"row": one.row, "pointer": one.pointer, "code": one.code}
                for one in islice(evidence.bulk_remarks(session, job.id), REMARKS)
            ]
    counts = {name: getattr(job, name) for name in ("id", "state", "rows", "stored", "held", "refused", "warned")}
    told = {**counts, "problem": job.problem and job.problem["code"], "remarks": remarks}
    _tell(told, as_json=as_json, failed=job.state == "refused")


def _with_remarks(running: Runtime, report: register.ImportReport, errors: Path | None) -> dict[str, Any]:
    """The report with what is wrong with the first rows; everything that is goes into the file, if one is named."""
    with running.database.reader() as session:
        number, _ = register.import_report(session, running.actor, report.id)
        if errors is not None:
            with errors.open("w", encoding="utf-8", newline="") as file:
                file.writelines(register.flaws_as_csv(session, number))
        remarks = [
            {"row": row, "pointer": flaw.pointer, "code": flaw.code, **{at: flaw.text(at).detail for at in LANGUAGES}}
            for row, flaw in islice(register.import_flaws(session, number), REMARKS)
        ]
    return {**report.document(), "remarks": remarks}


def _failed(report: register.ImportReport) -> bool:
    """Whether anything is wrong with the file."""
    return report.state == "refused" or (report.state == "checked" and report.refused > 0)


def _tell(report: dict[str, Any], *, as_json: bool, failed: bool) -> None:
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        remarks = report.pop("remarks")
        for name, value in report.items():
            click.echo(f"{name}: {value}")
        for one in remarks:
            click.echo("  " + " ".join(str(part) for part in one.values() if part))
    if failed:
        raise SystemExit(1)
