"""A button pressed twice, however long the first press is worked off: both presses lead to what came of the first."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from service.platform.unit_of_work import in_progress
from tests.console.test_repairs import filling, office

if TYPE_CHECKING:
    import pytest
    from flask import Flask

    from service.platform import Problem
    from tests.console.test_repairs import Office

__all__ = ["filling", "office"]

NEW = "/console/repairs/new"
APPLY = "repairs.apply"


def test_the_second_press_waits_for_what_comes_of_the_first(
    office: Office, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply, begun, refused = app.view_functions[APPLY], threading.Event(), threading.Event()

    def slow(**said: object) -> object:
        begun.set()
        refused.wait(10)
        return apply(**said)

    def noted() -> Problem:
        refused.set()
        return in_progress()

    monkeypatch.setitem(app.view_functions, APPLY, slow)
    monkeypatch.setattr("service.platform.web.idempotency.in_progress", noted)
    typed = {"entity": office.key, "record": str(office.record), "reason": "罚款已缴"}
    page = office.handler.get(NEW, entity=office.key, record=str(office.record))
    with ThreadPoolExecutor(1) as beside:
        first = beside.submit(office.handler.send, page, NEW, **typed)
        assert begun.wait(10)
        second = office.handler.send(page, NEW, **typed)
    assert refused.is_set(), "the second press came while the first was worked off"
    assert (second.status_code, second.location) == (303, first.result().location)
