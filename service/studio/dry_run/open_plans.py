"""Open tasks of plans: how their frames would be laid under either law. What a draw has frozen stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.rating.columnar import ABSENT
from service.inspections.plans import frame_of, reached, tasks_ahead
from service.platform import Problem
from service.ratings import KindTiers
from service.studio.dry_run.limits import limits

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session

    from service.inspections.plans import Ahead
    from service.studio.dry_run.asking import Rehearsal
    from service.studio.dry_run.sides import Sides


def open_plans(session: Session, laid: Rehearsal, kinds: Mapping[str, Sides]) -> dict[str, Any]:
    """Every random task that is not over, by cut-off day, as far as ``limits()`` allow; the others are counted.

    The tiers are those of the dry run, everything else of the frame is as the session sees it now. A task whose cut-off
    day is before the first day of the edition tried is laid by what is in force until then.
    """
    reach = laid.question.reach
    tasks: list[dict[str, Any]] = []
    left_out = framed = 0
    for one in tasks_ahead(session, laid.question.day):
        codes = set(reached(session, one.task.authorities))
        mine = {kind: kinds[kind] for kind in one.task.body["kinds"] if kind in kinds}
        if not mine or not reach.holds(codes, one.task.body["regions"]):  # of others the dry run knows no tier
            continue
        framed += 0 if one.held else sum(_held_by(sides, codes) for sides in mine.values())
        if len(tasks) == limits().most_tasks or framed > limits().most_framed:
            left_out += 1
        else:
            tasks.append(_task(session, one, laid, mine))
    return {"tasks": tasks, "left_out": left_out}


def _held_by(sides: Sides, codes: Collection[str]) -> int:
    """How many entities some authorities supervise."""
    wanted = [place for place, code in enumerate(sides.authority.texts) if code in codes]
    return int(np.isin(sides.authority.index, wanted).sum())


def _task(session: Session, one: Ahead, laid: Rehearsal, kinds: Mapping[str, Sides]) -> dict[str, Any]:
    task = one.task
    told: dict[str, Any] = {
        "task": task.number,
        "plan": task.plan.number,
        "state": task.plan.state,
        "title": task.body["title"],
        "authority": task.body["lead"],
        "cut_off_day": task.body["cut_off_day"],
        "frozen": one.held,
        "strata": [],
        "visits": None,
        "refused": None,
    }
    if one.held:
        return told
    sides = ("before", "before") if task.cut_off_day < laid.tried.force_from else ("before", "after")
    shelves = {"before": laid.without, "after": laid.having}
    try:
        then, now = (frame_of(session, task, tiers=_tiers(kinds, side), shelf=shelves[side]) for side in sides)
    except Problem as refused:
        return {**told, "refused": refused.code}
    frames = {"before": then, "after": now}
    sizes = {side: {each.stratum: each for each in frame.strata} for side, frame in frames.items()}
    return {
        **told,
        "strata": [
            {
                "stratum": name,
                **{side: _size(found.get(name)) for side, found in sizes.items()},
            }
            for name in sorted({*sizes["before"], *sizes["after"]})
        ],
        "visits": {side: sum(each.draw for each in frame.strata) for side, frame in frames.items()},
    }


def _size(stratum: Any) -> dict[str, int]:  # noqa: ANN401 - a stratum's size, or none
    return {"size": 0, "draw": 0} if stratum is None else {"size": stratum.size, "draw": stratum.draw}


def _tiers(kinds: Mapping[str, Sides], side: str) -> dict[int, KindTiers]:
    """The tiers of everybody on one side, by kind."""
    tiers: dict[int, KindTiers] = {}
    for kind, sides in kinds.items():
        tier = getattr(sides, side).tier
        rated = np.flatnonzero(tier.index != ABSENT)
        for entity, place in zip(sides.ids[rated].tolist(), tier.index[rated].tolist(), strict=True):
            tiers.setdefault(entity, KindTiers({}, pending=False)).tiers[kind] = tier.texts[place]
    return tiers
