"""Annual and special inspection plans: tasks, approval by another person, publication, amendments, feasibility."""

from __future__ import annotations

from service.inspections.plans.frame import TaskFrame, frame_of
from service.inspections.plans.load import Feasibility, feasibility
from service.inspections.plans.queries import PlanView, Task, plan_view, plans, task_of
from service.inspections.plans.usecases import (
    decide_amendment,
    decide_plan,
    draft_plan,
    propose_amendment,
    publish_plan,
    put_task,
    submit_plan,
    withdraw_plan,
)

__all__ = [
    "Feasibility",
    "PlanView",
    "Task",
    "TaskFrame",
    "decide_amendment",
    "decide_plan",
    "draft_plan",
    "feasibility",
    "frame_of",
    "plan_view",
    "plans",
    "propose_amendment",
    "publish_plan",
    "put_task",
    "submit_plan",
    "task_of",
    "withdraw_plan",
]
