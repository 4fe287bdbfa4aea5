"""The inspection of the demonstration: plan, draw, proof, visits, and the tiers that moved because of them.

Everything goes through the use cases that staff go through, in their order. Two things are not as in life: the hours
that a draw must take lie in the past, so that nobody waits for them, and the announced numbers are invented.
"""

from __future__ import annotations

from service.cli.rehearsal.whole import rehearse

__all__ = ["rehearse"]
