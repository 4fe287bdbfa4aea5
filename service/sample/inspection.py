"""The invented city's inspection: its task, the roster of its inspectors, what each visit finds."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from service.sample.chance import Chance
from service.sample.city import plan_of_city, true_risk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from service.sample.city import City


def inspection_terms() -> Mapping[str, Any]:
    """What the demonstration lays down itself: authority, names, holder, custodian, announcements."""
    found: Mapping[str, Any] = plan_of_city()["plan"]
    return found


def roster(city: City, today: date) -> Iterator[dict[str, Any]]:
    """The inspectors as lines of an import file; the same for the same city."""
    plan = inspection_terms()
    said = plan["roster"]
    behind, ahead = said["certified_years"]
    for number in range(1, said["inspectors"] + 1):
        chance = Chance(f"{city.seed}/inspector/{number}")
        yield {
            "code": f"DEMO-{number:03d}",
            "name": f"示例检查员{number:03d}",
            "authority": plan["authority"],
            "skills": ["culture", *(["leader"] if number == 1 or chance.happens(said["leaders"]) else [])],
            "certificates": [
                {
                    "number": f"示例-{number:05d}",
                    "issuer": "示例",
                    "valid_from": _years(today, -behind).isoformat(),
                    "valid_to": _years(today, ahead).isoformat(),
                }
            ],
            "cap": said["cap"],
        }


def inspection_task(today: date) -> dict[str, Any]:
    """The task, from today on, as a caller would write it."""
    plan = inspection_terms()
    return {
        "title": plan["title"],
        "channel": "random",
        "items": plan["items"],
        "kinds": plan["kinds"],
        "lead": plan["authority"],
        "basis": plan["basis"],
        "method": "on_site",
        "cut_off_day": today.isoformat(),
        "first_day": today.isoformat(),
        "last_day": (today + timedelta(days=plan["window_days"])).isoformat(),
        "deadline": (today + timedelta(days=plan["deadline_days"])).isoformat(),
        "contact": plan["contact"],
        "holder": plan["holder"],
        "custodians": [plan["custodian"]],
        "sources": [{"kind": each["kind"], "name": each["name"]} for each in announcements(today)],
    }


def announcements(today: date) -> list[dict[str, Any]]:
    """The announcements that give the draw its numbers, as a commitment names them."""
    plan = inspection_terms()
    return [
        {
            "kind": "digits",
            "name": name,
            "day": today.isoformat(),
            "count": plan["digits"],
            "range": [0, 9],
            "sorted": False,
        }
        for name in plan["announcements"]
    ]


def findings(city: City, entity: str, checklist: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What a visit finds at each entry of its checklist: at most one problem, with the true risk of the place."""
    said = inspection_terms()["findings"]
    chance = Chance(f"{city.seed}/visit/{entity}")
    wrong = chance.number(0, len(checklist) - 1) if chance.happens(true_risk(city, entity)) else None
    return [
        {
            "client_id": f"{place}",
            "item": line["item"],
            "entry": line["entry"],
            "result": "fail" if place == wrong else "pass",
            **({"severity": chance.choose(said["severities"])} if place == wrong else {}),
        }
        for place, line in enumerate(checklist)
    ]


def _years(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28))
