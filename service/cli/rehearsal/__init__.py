"""What the demonstration goes through, by the use cases that staff go through, in their order.

Plan, draw, proof, visits and the tiers that moved because of them; then three repairs and all that follows from them;
last whether the tiers predict what random visits find.
Two things are not as in life: the hours and days that a step must take lie in the past, so that nobody waits for them,
and the announced numbers are invented.
"""

from __future__ import annotations

from service.cli.rehearsal.partnering import LOOPBACK
from service.cli.rehearsal.repairing import rehearse_repairs
from service.cli.rehearsal.stage import Stage
from service.cli.rehearsal.testing import rehearse_back_test
from service.cli.rehearsal.whole import rehearse

__all__ = ["LOOPBACK", "Stage", "rehearse", "rehearse_back_test", "rehearse_repairs"]
