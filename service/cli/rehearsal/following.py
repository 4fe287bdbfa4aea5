"""What follows from a repair elsewhere: the tier, what is public, and the frame of the next draw."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from service import publicity, ratings, register, sample
from service.inspections import plans
from service.inspections.plans.schemas import TaskSchema

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from service.cli.rehearsal.choosing import Chosen
    from service.cli.rehearsal.stage import Stage
    from service.inspections.plans import TaskFrame

PLACE = "credit-platform"
"""Where the penalties of the rehearsal are shown."""


class Followers:
    """Looks at everyone who must follow, again and again; ``task``: of the next draw, None where nothing covers it."""

    def __init__(self, stage: Stage, chosen: Collection[Chosen]) -> None:
        self._stage = stage
        self._task = _next_task(stage, chosen)

    def of(self, chosen: Mapping[str, Chosen]) -> dict[str, dict[str, Any]]:
        """By part: ``tier`` and ``score`` by kind; ``state`` by law, ``published``: whether it is seen; ``frame``."""
        with self._stage.running.database.reader() as session:
            frame = None if self._task is None else plans.frame_of(session, plans.task_of(session, self._task))
            found: dict[str, dict[str, Any]] = {}
            for part, one in chosen.items():
                now = datetime.now(UTC)
                standing = ratings.current(session, one.entity.key, now)
                record = publicity.one_record(session, one.record, now=now)
                shown = publicity.public_records(
                    session, entity=one.entity.key, authority=None, now=now, after=one.record - 1, limit=1
                )
                summary = {} if standing is None else standing.summary
                found[part] = {
                    "tier": {kind: said["tier"] for kind, said in summary.items()},
                    "score": {kind: said["score"] for kind, said in summary.items()},
                    "state": None if record is None else record.standing.state,
                    "published": any(each.decision.event == one.record for each in shown),
                    "withdraw_by": None if record is None else _withdraw_by(record),
                    "frame": _placed(frame, one.entity.key),
                }
        return found


def publish(stage: Stage, one: Chosen) -> None:
    """Show a penalty where its law shows it, unless an earlier demonstration over the same folder did."""
    with stage.running.database.reader() as session:
        record = publicity.one_record(session, one.record, now=datetime.now(UTC))
    done = [] if record is None else [each.act for each in record.acts if each.place == PLACE]
    if one.shown and [act for act in done if act in {"publish", "withdraw"}][-1:] != ["publish"]:
        _act(stage, one, "publish")


def withdraw(stage: Stage, one: Chosen) -> bool:
    """Take a repaired penalty down, as the duty asks; whether there was anything to take down."""
    if one.shown:
        _act(stage, one, "withdraw")
        _act(stage, one, "acknowledge")
    return one.shown


def _act(stage: Stage, one: Chosen, act: str) -> None:
    today = stage.this_day()
    with stage.on(today, stage.handler) as uow:
        publicity.record_publication_act(
            uow=uow, event=one.record, act=act, place=PLACE, done_on=today, reference=None, reason=None
        )


def _withdraw_by(record: publicity.Published) -> str | None:
    days = [due.due_on for due in record.due if due.act == "withdraw" and due.place in {None, PLACE}]
    return min(days).isoformat() if days else None


def _next_task(stage: Stage, chosen: Iterable[Chosen]) -> str | None:
    """A task over the kinds of the entities in a plan that nobody has published yet; None where no item covers them."""
    today = stage.this_day()
    wanted = {kind for one in chosen for kind in one.entity.kinds}
    with stage.on(today, stage.handler) as uow:
        items = register.inspection_items(uow.session, on=today, kinds=wanted)
        covered = sorted(wanted.intersection(*[[kind for one in items for kind in one.kinds]]))
        if not covered:
            uow.abandon()
            return None
        terms = {**sample.inspection_task(today), "kinds": covered, "items": [one.code for one in items]}
        names = {"zh": "下一次抽查计划（演示）", "en": "Plan of the next inspection (demonstration)"}
        plan = plans.draft_plan(
            uow,
            authority=stage.authority,
            year=today.year,
            names=names,
            special=True,
            reason="演示 · demonstration",
        )
        return plans.put_task(uow, plan=plan, body=TaskSchema().dump(TaskSchema().load(terms)))


def _placed(frame: TaskFrame | None, entity: str) -> dict[str, Any] | None:
    """The stratum of an entity and the share of it that is drawn; None where it is not in the frame at all."""
    code = None if frame is None else next((code for code, one in frame.holders.items() if one.key == entity), None)
    row = None if frame is None else next((row for row in frame.rows if row.code == code), None)
    if frame is None or code is None or row is None:
        return None
    stratum = next((one for one in frame.strata if one.stratum == row.stratum), None)
    ratio = None if stratum is None else "{}/{}".format(*stratum.ratio)
    return {"tier": frame.tiers.get(code), "stratum": row.stratum or None, "ratio": ratio, "out": row.reason or None}
