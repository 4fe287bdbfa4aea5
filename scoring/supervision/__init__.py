"""Tiers: the matrix of risk and grade, the overall tier, inspection frequency."""
