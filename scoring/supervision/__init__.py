"""Tiers: the matrix of risk and grade, the overall tier, inspection frequency."""

from scoring.supervision.frequency import frequency_of
from scoring.supervision.overall import DomainStanding, KindStanding, overall

__all__ = ["DomainStanding", "KindStanding", "frequency_of", "overall"]
