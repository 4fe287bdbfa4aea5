"""Tiers that wait for an approver, on the first page and on a page of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.api.test_provisional_ratings import database, proposal, shop

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.console.conftest import Browser

    Staff = Callable[..., Browser]

__all__ = ["database", "proposal", "shop"]
PAGE = "/console/provisional-ratings"


def test_a_proposed_tier_is_told_to_the_approver_on_the_first_page_and_decided_on_its_own(
    staff: Staff, shop: tuple[int, str], proposal: str
) -> None:
    number = proposal.rpartition("/")[2]
    approver, handler = staff("approver"), staff("handler")
    assert f'href="{PAGE}"' in approver.get("/console/").text
    assert PAGE not in handler.get("/console/").text
    waits = approver.get(PAGE)
    assert f'href="/console/entities/{shop[1]}"' in waits.text
    assert "<button" not in handler.get(PAGE).text.partition("<main")[2].partition("</main>")[0]
    forged = handler.send(handler.get("/console/account/password"), f"{PAGE}/{number}/confirmation")
    assert forged.status_code == 403
    unsaid = approver.send(waits, f"{PAGE}/{number}/rejection", reason="")
    assert unsaid.status_code == 422
    assert "<details open" in unsaid.text, "the form that was refused is open"
    assert approver.send(waits, f"{PAGE}/{number}/rejection", reason="罚款已撤销").status_code == 303
    assert 'class="nothing"' in approver.get(PAGE).text
    assert approver.send(waits, f"{PAGE}/{number}/praise").status_code == 404
