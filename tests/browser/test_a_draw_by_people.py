"""From a plan to a draw that anyone verifies, once more: three people, each at a window of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.serving import served, staff
from tests.console.conftest import app, assembly, house, quick_hashes
from tests.console.test_plans_and_draws import approver, clock, filling, handler
from tests.console.test_plans_and_draws import test_a_plan_becomes_a_draw_that_anyone_verifies as plan_to_draw

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.platform import FixedClock
    from tests.browser.window import Window

__all__ = ["app", "approver", "assembly", "clock", "filling", "handler", "house", "quick_hashes", "served", "staff"]


def test_a_plan_becomes_a_draw_by_people_at_windows(
    handler: Window, approver: Window, staff: Callable[..., Window], clock: FixedClock
) -> None:
    plan_to_draw(handler, approver, staff, clock)  # type: ignore[arg-type] # a window does what the client does
