"""The files that the pages on plans and draws show are such as the program takes."""

from __future__ import annotations

import json
import re
from typing import Any
from zoneinfo import ZoneInfo

from scoring.sampling.beacon import Round, instant_of
from service.cli.inspecting import PlanFileSchema
from service.inspections.draws.schemas import DrawTermsSchema, ValuesSchema
from service.inspections.draws.terms import attempts_of, refuse_times, refuse_values
from tests.tidy.tree import ROOT


def shown(page: str) -> list[dict[str, Any]]:
    return [
        json.loads(block)
        for block in re.findall(r"```json\n(.*?)```", (ROOT / "docs" / page).read_text("utf-8"), re.DOTALL)
    ]


def test_the_plan_of_the_page_on_plans_is_taken() -> None:
    (file,) = shown("plans.md")
    (task,) = PlanFileSchema().load(file)["tasks"]
    assert (task["channel"], task["order"], task["names"]) == ("random", "equal", "dispatch")


def test_the_terms_and_the_value_of_the_page_on_draws_are_taken() -> None:
    terms, values = shown("draws.md")
    loaded = DrawTermsSchema().load(terms)
    attempts = attempts_of(loaded["attempts"], has_secret=True)
    (source,) = attempts[0]["sources"]
    instant = instant_of(Round(source["chain"], source["round"]))
    assert source["round"] == -(-(instant - 1692803367) // 3) + 1, "as the page reckons it"
    refuse_times({**loaded, "attempts": attempts}, loaded["close_at"] - 3600, ZoneInfo("Asia/Shanghai"))
    (value,) = ValuesSchema().load(values)["values"]
    refuse_values([value], [{"kind": "drand", "chain": value["chain"], "round": value["round"]}])
