"""From a plan to a verified draw, and a fine repaired: by people at windows who read English alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from scoring.sampling.verify import verify
from tests.browser.serving import served, staff
from tests.builders import drawing
from tests.builders.draws import material
from tests.builders.repair_town import ELIGIBLE, found
from tests.builders.repair_town import standing as fined_cinema
from tests.console.conftest import app, assembly, house, quick_hashes
from tests.console.test_plans_and_draws import TERMS, clock, done, move, published
from tests.console.test_repairs import Office, papered, sent_paper
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.platform import FixedClock, web
    from tests.browser.window import Window
    from tests.builders.fillings import Filling

__all__ = ["app", "assembly", "clock", "house", "quick_hashes", "served", "staff"]

ENGLISH: Final = "en-GB"
SPOKEN = ":is(h1, h2, h3, dt, label, legend, button, summary, caption, thead th, .mark-state, .told, .notice, nav a)"
CHINESE = """selector => [...document.querySelectorAll(selector)]
  .filter(one => !one.closest("[lang|=zh]") && !one.querySelector("[lang|=zh]"))
  .map(one => one.innerText.trim()).filter(text => /[\\u4e00-\\u9fff]/.test(text))"""
DATA = ("监管科", "市审计局", "影院", "示例", "北京市优化营商环境条例", "承诺书.pdf")
"""What people entered in Chinese, and law."""


@pytest.fixture
def filling(request: pytest.FixtureRequest) -> Filling:
    made: Filling = getattr(request, "param", drawing.standing)
    return made


def said(window: Window) -> str:
    """What the page shows; all of its own words are English."""
    left = [text for text in window.page.evaluate(CHINESE, SPOKEN) if not any(one in text for one in DATA)]
    assert left == [], window.page.url
    return window.page.inner_text("body")


def test_a_plan_becomes_a_draw_that_anyone_verifies(staff: Callable[..., Window], clock: FixedClock) -> None:
    handler = staff("handler", authority=drawing.HERE, language=ENGLISH)
    approver = staff("approver", authority=drawing.HERE, language=ENGLISH)
    plan, task = published(handler, approver)  # type: ignore[arg-type] # a window does what the client does
    handler.get(f"{task}/load")
    assert "Never inspected" in said(handler)
    draw = done(does(handler, f"/console/draws/new?task={task.rpartition('/')[2]}", **TERMS))
    handler.get(draw)
    assert "You prepared this draw; another person must freeze it." in said(handler)
    done(does(approver, f"{draw}/steps/commitment"))
    handler.get(f"{draw}/secret")
    (copy,) = [one for one in handler.page.locator("code").all_inner_texts() if len(one) == 64]
    custodian = staff("handler", language=ENGLISH, login="custodian", authority="bj-culture-110105")
    done(does(custodian, f"{draw}/steps/custody", custodian="AU-01", value=copy))
    move(clock, drawing.CLOSING, (handler, "handler"))  # type: ignore[arg-type] # as above
    done(does(handler, f"{draw}/steps/closing"))
    move(clock, drawing.INSTANT + 60, (handler, "handler"), (approver, "approver"), (custodian, "custodian"))  # type: ignore[arg-type]
    assert does(handler, f"{draw}/steps/entropy", **{"values/0": "00" * 48}).status_code == 422
    assert handler.page.input_value('[name="values/0"]') == "00" * 48
    said(handler)
    done(does(handler, f"{draw}/steps/entropy", **{"values/0": material.SIGNATURE}))
    for step in ("secret", "result"):
        done(does(handler, f"{draw}/steps/{step}"))
    done(does(custodian, f"{draw}/steps/attests", custodian="AU-01"))
    done(does(approver, f"{draw}/steps/dispatch"))
    handler.get(f"{draw}/room")
    assert "4 drawn" in said(handler)
    done(does(handler, f"{draw}/steps/opening"))
    handler.get(draw)
    assert "Public transcript" in said(handler)
    assert verify(handler.get(f"{draw}/files/public").data).failed() == []
    handler.get(plan)
    assert "Opened" in said(handler)


def does(window: Window, path: str, **typed: Any) -> Any:  # noqa: ANN401 - what the client of the other tests returns
    """Open the page of an act, read it, and send its form: what came of it, as a window shows it."""
    window.get(path)
    said(window)
    return window.send(None, path, **typed)


@pytest.mark.parametrize("filling", [fined_cinema()], indirect=True, ids=["fined"])
def test_a_fined_cinema_is_repaired(staff: Callable[..., Window], assembly: web.Assembly, clock: FixedClock) -> None:
    clock.advance(ELIGIBLE - clock.now())
    cinema = found(assembly.database)
    scope = {"authority": town.AUTHORITY, "language": ENGLISH}
    people = staff("handler", **scope), staff("approver", login="wang", **scope), staff("approver", login="li", **scope)
    handler, reviewer, decider = people
    office = Office(*people, cinema.key, cinema.record)  # type: ignore[arg-type] # a window does what the client does
    case = papered(office)
    handler.get(case)
    assert "This case needs" in said(handler)
    refused = sent_paper(handler, case, "承诺书.pdf", b"MZ no paper")  # type: ignore[arg-type] # as above
    assert refused.status_code == 422
    said(handler)
    done(does(handler, f"{case}/steps/acceptance", reason="complete"))
    done(does(reviewer, f"{case}/steps/verification", reason="checked on site", fit="true"))
    assert does(decider, f"{case}/steps/decision", reason=" ", decision="grant").status_code == 422
    assert "wang" in said(decider)
    done(does(decider, f"{case}/steps/decision", reason="paid and put right", decision="grant"))
    decider.get(case)
    shown = said(decider)
    assert "Effects" in shown
    assert "Repaired" in shown
