"""Tiers: the matrix of risk and grade, the overall tier, inspection frequency."""

from scoring.supervision.overall import DomainStanding, KindStanding, overall

__all__ = ["DomainStanding", "KindStanding", "overall"]
