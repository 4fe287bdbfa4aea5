"""One person with several tabs, a quick finger, the button "back", and a tab from before signing out.

Nothing is done twice or by nobody, and each is told in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.serving import served, staff
from tests.console.conftest import PASSWORD, app, assembly, clock, house, quick_hashes
from tests.console.test_repairs import filling, office, to_decision

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.window import Window
    from tests.console.test_repairs import Office

__all__ = ["app", "assembly", "clock", "filling", "house", "office", "quick_hashes", "served", "staff"]


def filled(tab: Page, address: str, decision: str, reason: str) -> Page:
    """A tab with the form of a decision, filled in."""
    tab.goto(address)
    tab.check(f'[name=decision][value="{decision}"]')
    tab.fill("[name=reason]", reason)
    return tab


def press(tab: Page) -> None:
    """Send the form of the page."""
    with tab.expect_navigation():
        tab.click("main form[method=post] button >> nth=-1")


def test_a_case_is_decided_once_by_whichever_tab_is_first(office: Office) -> None:
    case = to_decision(office)
    decider: Window = office.decider  # type: ignore[assignment] # the fixture of this file opens windows
    address = f"{decider.address}{case}/steps/decision"
    first = filled(decider.page, address, "grant", "已全部履行")
    second = filled(decider.context.new_page(), address, "refuse", "尚未全部履行")
    press(first)
    assert "决定已作出" in first.inner_text("main")
    press(second)
    assert second.locator(".refusal").is_visible()
    assert second.input_value("[name=reason]") == "尚未全部履行"
    first.go_back()
    assert "案件目前不能由您办理这一步" in first.inner_text("main")
    assert first.locator("main form[method=post]").count() == 0
    second.goto(f"{decider.address}{case}")
    told = second.inner_text("#h-steps >> xpath=..")
    assert told.count("准予") == 1
    assert "尚未全部履行" not in told


def test_a_button_pressed_twice_opens_one_case(office: Office) -> None:
    handler: Window = office.handler  # type: ignore[assignment] # as above
    page = handler.page
    page.goto(f"{handler.address}/console/repairs/new?entity={office.key}&record={office.record}")
    page.fill("[name=reason]", "罚款已缴")
    page.dblclick("main form[method=post] button >> nth=-1")
    page.wait_for_selector("#h-papers")
    page.go_back()
    page.fill("[name=reason]", "罚款已缴")
    press(page)
    page.goto(f"{handler.address}/console/repairs?all=1")
    assert page.locator("tbody tr").count() == 1


def test_a_tab_from_before_signing_out_decides_nothing_and_leads_back_to_the_form(office: Office) -> None:
    case = to_decision(office)
    decider: Window = office.decider  # type: ignore[assignment] # as above
    address = f"{decider.address}{case}/steps/decision"
    stale = filled(decider.page, address, "grant", "已全部履行")
    other = decider.context.new_page()
    other.goto(f"{decider.address}/console/")
    with other.expect_navigation():
        other.click("header form[action$='sign-out'] button")
    press(stale)
    assert "刚才提交的内容没有保存" in stale.inner_text("main")
    stale.fill("[name=login]", "li")
    stale.fill("[name=password]", PASSWORD)
    press(stale)
    assert stale.url == address, "who signs in goes on where the form is"
    press(filled(stale, address, "grant", "已全部履行"))
    assert "决定已作出" in stale.inner_text("main")
