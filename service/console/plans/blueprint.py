"""The pages of plans, and what all of them read."""

from __future__ import annotations

from typing import Any

from service.pages import PageBlueprint, ask
from service.platform import Problem

blueprint = PageBlueprint("console_plans", __name__, face="console", url_prefix="/console/plans")


def plan_of(number: str) -> dict[str, Any]:
    """A plan as the interface tells it."""
    found: dict[str, Any] = ask("GET", f"/v1/inspection-plans/{number}").body
    return found


def task_of(plan: dict[str, Any], number: str) -> dict[str, Any]:
    """A task of a plan.

    Raises:
        Problem: ``task_not_found``.
    """
    for task in plan["tasks"]:
        if task["number"] == number:
            found: dict[str, Any] = task
            return found
    raise Problem("task_not_found", task=number[:80])
