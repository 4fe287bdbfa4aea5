"""The back-test of the demonstration: whether the city's tiers predict what its random visits of later found."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from scoring.kernel.days import add_months
from service.cli.progress import Step
from service.cli.searching import answer
from service.platform import load_settings

if TYPE_CHECKING:
    from service.cli.rehearsal.stage import Stage

HORIZON: Final = 6
ORIGINS: Final = 12
"""Months that are gone through: a year of them, for five are five times the work."""
PATIENCE: Final = 60.0
"""Seconds that the deliverer is given to finish the first snapshot, which it has begun beside the rating."""
LOOK_EVERY: Final = 0.5
_TOLD: Final = ("origins", "visits", "found", "tier", "points", "tiers", "detection", "mirror", "warnings", "edition")


def rehearse_back_test(stage: Stage, seconds: dict[str, float], *, patience: float = PATIENCE) -> dict[str, Any] | None:
    """The main figures of the last year of origins; None where there is no snapshot of the evidence."""
    with Step("回测 · back-test") as step:
        told = _tested(stage, patience)
    seconds["back-test"] = step.seconds
    return told


def _tested(stage: Stage, patience: float) -> dict[str, Any] | None:
    from service.studio.stock.opening import stocks_in  # noqa: PLC0415 -- NumPy, for this step alone

    folder = load_settings(stage.running.environ).stock_folder
    until = time.monotonic() + patience
    while folder is not None and not stocks_in(folder) and time.monotonic() < until:
        time.sleep(LOOK_EVERY)
    if folder is None or not stocks_in(folder):
        return None
    last = add_months(stage.city.until, -HORIZON)
    asked = {"first": add_months(last, 1 - ORIGINS), "last": last, "horizon": HORIZON}
    whole = answer(stage.running, "back-test", asked, shown=False)
    told = {name: whole[name] for name in _TOLD}
    for score in ("tier", "points"):
        told[score] = {name: value for name, value in whole[score].items() if name != "roc"}
    return told
