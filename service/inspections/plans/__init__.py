"""Annual and special inspection plans: tasks, approval by another person, publication, amendments, feasibility."""

from __future__ import annotations

from service.inspections.plans.ahead import Ahead, tasks_ahead
from service.inspections.plans.checks import source_named
from service.inspections.plans.frame import KnownPlace, TaskFrame, frame_of, place_again, places_known, reached
from service.inspections.plans.holds import draws_over, hold_task, keep_tasks_still, refuse_held
from service.inspections.plans.load import Feasibility, eligible, feasibility, fits, remaining
from service.inspections.plans.queries import Plan, PlanView, Task, plan_view, plans, task_of, zone_of
from service.inspections.plans.seats import seats_taken, take_seats, take_seats_back
from service.inspections.plans.usecases import (
    decide_amendment,
    decide_plan,
    draft_plan,
    person_of,
    propose_amendment,
    publish_plan,
    put_task,
    submit_plan,
    withdraw_plan,
)
from service.inspections.plans.vocabulary import planning

__all__ = [
    "Ahead",
    "Feasibility",
    "KnownPlace",
    "Plan",
    "PlanView",
    "Task",
    "TaskFrame",
    "decide_amendment",
    "decide_plan",
    "draft_plan",
    "draws_over",
    "eligible",
    "feasibility",
    "fits",
    "frame_of",
    "hold_task",
    "keep_tasks_still",
    "person_of",
    "place_again",
    "places_known",
    "plan_view",
    "planning",
    "plans",
    "propose_amendment",
    "publish_plan",
    "put_task",
    "reached",
    "refuse_held",
    "remaining",
    "seats_taken",
    "source_named",
    "submit_plan",
    "take_seats",
    "take_seats_back",
    "task_of",
    "tasks_ahead",
    "withdraw_plan",
    "zone_of",
]
