"""A plan in the columns that authorities publish, as CSV."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from service import register
from service.inspections.plans.vocabulary import planning
from service.platform import sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from service.inspections.plans.queries import PlanView


def as_csv(session: Session, view: PlanView) -> str:
    """The plan's tasks with Chinese headings (RFC 4180, with the mark by which spreadsheet programs know UTF-8)."""
    columns = planning()["columns"]
    names = _Names(session)
    rows = (names.cells(number, body) for number, body in sorted(view.tasks.items()))
    return sheet([column["zh"] for column in columns], ([row[column["field"]] for column in columns] for row in rows))


class _Names:
    """The Chinese names of codes."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._authorities = {row.code: row.names["zh"] for row in register.authorities(session)}
        self._kinds = {code: names["zh"] for code, names in register.kind_names(session).items()}

    def cells(self, number: str, body: Mapping[str, Any]) -> dict[str, str]:
        day = date.fromisoformat(body["first_day"])
        words = {part: {row["code"]: row["zh"] for row in rows} for part, rows in planning()["words"].items()}
        items = {row.code: row for row in register.inspection_items(self._session, on=day)}
        named = [items[code] for code in body["items"] if code in items]
        return {
            "number": number,
            "items": "；".join(row.names["zh"] for row in named) or "；".join(body["items"]),
            "level": "；".join(sorted({words["level"][row.level] for row in named})),
            "object": "；".join(self._kinds.get(kind, kind) for kind in body["kinds"]),
            "lead": self._authorities.get(body["lead"], body["lead"]),
            "partners": "；".join(self._authorities.get(code, code) for code in body["partners"]),
            "basis": "；".join(f"《{one['title']}》{one['article']}" for one in body["basis"]),
            "method": words["method"][body["method"]],
            "channel": words["channel"][body["channel"]],
            "ratio": _ratio(body),
            "cut_off_day": body["cut_off_day"],
            "deadline": body["deadline"],
            "contact": body["contact"],
        }


def _ratio(body: Mapping[str, Any]) -> str:
    """What the task lays down itself; where it is silent, the rulebook in force on its cut-off day."""
    if body["channel"] == "full":
        return "全覆盖"
    if body["channel"] == "targeted":
        return f"定向 {len(body['targets'])} 户"
    said = [f"{one['stratum']}：{one['ratio'][0]}/{one['ratio'][1]}（{one['clause']}）" for one in body["sizes"]]
    if body["total"] is not None:
        said.append(f"共 {body['total']} 户")
    return "；".join(said) or "按评价办法规定的比例和频次"
