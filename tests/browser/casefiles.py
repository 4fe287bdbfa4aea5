"""Cases of the example's entity that wait for their decision, and the entity itself, signed in with a code."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from tests.builders.repair_town import PDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tests.browser.window import Window

NUMBER = re.compile(r"(?:repairs|objections)/([0-9A-Z-]+)")
HOME = "/portal/my"


def enter(visitor: Window, handler: Window, entity: str) -> None:
    """Have the entity enter its own pages with a code issued at the counter."""
    counter = f"/console/visitor-codes/{entity}"
    handler.get(counter)
    assert handler.send(None, counter, identified="营业执照原件").status_code == 200
    code = handler.page.inner_text(".code-once")
    visitor.get(HOME)
    taken(visitor, HOME, code=code)


def to_decide(people: Mapping[str, Window], visitor: Window, entity: str) -> dict[str, str]:
    """A repair and an objection that others examined already, another objection of the entity's own; their records."""
    home = visitor.get(HOME).text
    records = re.findall(r"objections/new\?record=(\d+)", home)
    mended = re.findall(r"repairs/new\?record=(\d+)", home)[-1]
    return {
        "repair": _repair(people, entity, mended),
        "objection": _objection(people["handler"], entity, records),
        "own": _number(_objected(visitor, f"{HOME}/cases/objections/new", records)),
        "mended": mended,
    }


def _repair(people: Mapping[str, Window], entity: str, record: str) -> str:
    handler, new = people["handler"], "/console/repairs/new"
    handler.get(new, entity=entity, record=record)
    number = _number(taken(handler, new, reason="罚款已缴清，已整改"))
    case = f"/console/repairs/{number}"
    handler.get(case)
    for key in [one.get_attribute("value") for one in handler.page.locator("[name=key] option").all()][1:]:
        handler.get(case)
        taken(handler, f"{case}/materials", key=key, file=(BytesIO(PDF), "信用承诺书.pdf"))
    _step(handler, case, "acceptance")
    _step(people["approver"], case, "verification", fit="true")
    return number


def _objection(handler: Window, entity: str, records: Iterable[str]) -> str:
    number = _number(_objected(handler, "/console/objections/new", records, entity=entity))
    _step(handler, f"/console/objections/{number}", "examination", right="false")
    return number


def _objected(window: Window, form: str, records: Iterable[str], **query: str) -> str:
    """Object to the first record that no other test objected to: where that led on to."""
    for record in records:
        window.get(form, **query, record=record)
        answer = window.send(None, form, reason="当日停业，决定书所写有误。")
        if answer.status_code == 303:
            return answer.location
    raise AssertionError(window.page.inner_text("main"))


def _step(window: Window, case: str, name: str, **typed: Any) -> None:  # noqa: ANN401 - fields as a person fills them
    window.get(f"{case}/steps/{name}")
    taken(window, f"{case}/steps/{name}", reason="依规定办理", **typed)


def taken(window: Window, form: str, **typed: Any) -> str:  # noqa: ANN401 - as above
    """Send the form of the page that is shown: where it led on to."""
    answer = window.send(None, form, **typed)
    assert answer.status_code == 303, window.page.inner_text("main")
    return answer.location


def _number(address: str) -> str:
    found = NUMBER.search(address)
    assert found is not None, address
    return found[1]
