"""A browser without a screen, signed in nowhere."""

from __future__ import annotations

from tests.api.conftest import anonymous, app, assembly, caller, clock, filling, house
from tests.console.conftest import browser, quick_hashes, staff

__all__ = ["anonymous", "app", "assembly", "browser", "caller", "clock", "filling", "house", "quick_hashes", "staff"]
