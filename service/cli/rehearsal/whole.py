"""The whole inspection and the repairs after it, and what the summary of the demonstration says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service import ratings, register
from service.cli.city import wait_until_rated
from service.cli.progress import Step
from service.cli.rehearsal import drawing, proving, visiting
from service.inspections import draws

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from service.cli.processes import Children
    from service.cli.rehearsal.stage import Stage
    from service.cli.runtime import Runtime


def rehearse(stage: Stage, folder: Path, workers: Children, seconds: dict[str, float]) -> dict[str, Any]:
    """Plan, draw, verify, visit; wait until what was found is rated.

    Returns:
        ``draw``: its number, None in a city too small to have anyone to draw from; ``frame``: entities in it;
        ``targets``, ``reserves``: drawn; ``inspectors``: in the roster; ``verified``: by each verifier; ``visits``,
        ``problems``: made, and those that found something; ``left_to``: the team whose visit is left; ``moved``:
        entities whose tier is another one now.
    """
    running = stage.running
    with Step("计划与抽取 · plan and draw") as step:
        inspectors = drawing.enrol(stage)
        number = drawing.draw(stage, drawing.publish(stage))
    seconds["draw"] = step.seconds
    if number is None:
        return {"draw": None, "frame": 0, "inspectors": inspectors}
    with Step("验证 · verifying") as step:
        path, made = proving.transcript_to(stage, number, folder)
        verified = {
            "python": proving.python(path, made["commitment"]),
            "javascript": proving.javascript(path, made["commitment"]),
        }
    seconds["verify"] = step.seconds
    with running.database.reader() as session:
        dispatch = draws.dispatched(session, number)
    entities = [one.entity for one in dispatch.teams]
    before = _tiers(running, entities)
    with Step("检查 · visits", len(entities)) as step:
        visited = visiting.visit_all(stage, dispatch, step.at)
    seconds["visits"] = step.seconds
    seconds["rerating"] = wait_until_rated(running, workers)
    strata = [one for part in made["commitment"]["parts"] for one in part["strata"]]
    return {
        "draw": number,
        "frame": sum(part["frame"]["size"] for part in made["commitment"]["parts"]),
        "targets": sum(one["draw"] for one in strata),
        "reserves": sum(one["reserves"] for one in strata),
        "inspectors": inspectors,
        "verified": verified,
        "visits": visited.made,
        "problems": visited.problems,
        "left_to": list(visited.left_to),
        "moved": _moved(before, _tiers(running, entities)),
    }


def _tiers(running: Runtime, keys: Iterable[str]) -> dict[str, dict[str, str]]:
    """The tiers in force of entities, by kind."""
    with running.database.reader() as session:
        numbers = register.resolve(session, list(keys))
        found = ratings.tiers_of(session, list(numbers.values()))
    return {key: dict(found[number].tiers) for key, number in numbers.items()}


def _moved(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> list[dict[str, str | None]]:
    return [
        {"entity": entity, "kind": kind, "from": then.get(kind), "to": after[entity].get(kind)}
        for entity, then in sorted(before.items())
        for kind in sorted({*then, *after[entity]})
        if then.get(kind) != after[entity].get(kind)
    ]
