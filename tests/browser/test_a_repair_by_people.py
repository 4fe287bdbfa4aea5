"""A fined cinema is repaired, once more: three people, each at a window of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.serving import served, staff
from tests.console.conftest import app, assembly, clock, house, quick_hashes
from tests.console.test_repairs import filling, office
from tests.console.test_repairs import (
    test_a_fined_cinema_is_repaired_by_three_persons_from_its_record_to_the_effects as repaired,
)

if TYPE_CHECKING:
    from tests.console.test_repairs import Office

__all__ = ["app", "assembly", "clock", "filling", "house", "office", "quick_hashes", "served", "staff"]


def test_a_cinema_is_repaired_by_people_at_windows(office: Office) -> None:
    repaired(office)
