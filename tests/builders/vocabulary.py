"""The small vocabulary of generated editions and histories: few names, so that they meet; days near every boundary."""

from __future__ import annotations

from datetime import date

CODES = ("c1", "c2", "c3", "c4", "c5")
WARNING_CODES = ("w1", "w2")
DIMENSIONS = ("d1", "d2", "d3")
SEVERITIES = ("low", "high")
CASES = ("case-1", "case-2")
KINDS = ("food", "shop")
OCCASION_TYPES = ("initial", "follow-up", "reopening")
ATTRIBUTES = {"size": ("small", "large"), "area": ("north", "south", "west"), "exempt": ("no", "yes")}
START_ATTRIBUTE = "started_on"
VALUES = (-250, -100, -50, 0, 50, 100, 333, 1_234_567)
TEXT = {"zh": "甲", "en": "a"}
CLAUSE = "art-1"

MONTHS = (1, 2, 3, 6, 12, 24, 13)
AMOUNTS = (100, 50, 33, 150, 1, 250, 333, 400, 1200, 9_999_999)
FACTORS = (1500, 500, 2000, 333, 1250, 800, 0, 1005, 9_999)
MONTH_ENDS_AND_LEAP_DAYS = (
    date(2024, 1, 1),
    date(2024, 2, 29),
    date(2023, 12, 31),
    date(2024, 1, 31),
    date(2024, 3, 31),
    date(2023, 2, 28),
    date(2020, 2, 29),
    date(2024, 4, 30),
    date(1999, 12, 31),
)
