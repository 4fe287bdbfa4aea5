"""Points: integers in hundredths inside, strings with two decimals outside."""

from __future__ import annotations

import re

_SHAPE = re.compile(r"(-?)(0|[1-9][0-9]{0,12})(?:\.([0-9]{1,2}))?", re.ASCII)


class PointsError(ValueError):
    """A text that is no number of points; ``code`` is stable."""

    code = "points_malformed"


def parse_points(text: str) -> int:
    """Hundredths of a text such as ``"3"``, ``"-2.5"`` or ``"12.00"``.

    At most two decimals; no plus sign, exponent, spaces or leading zeros; at most 13 digits before the point.

    Raises:
        PointsError: the text has another shape.
    """
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise PointsError(text)
    sign, whole, decimals = match.groups()
    hundredths = int(whole) * 100 + int((decimals or "").ljust(2, "0"))
    return -hundredths if sign else hundredths


def format_points(hundredths: int) -> str:
    """The text of hundredths, always with two decimals: ``-250`` is ``"-2.50"``, 0 is ``"0.00"``."""
    whole, decimals = divmod(abs(hundredths), 100)
    return f"{'-' if hundredths < 0 else ''}{whole}.{decimals:02d}"


def round_ratio(numerator: int, denominator: int) -> int:
    """The integer nearest to numerator / denominator; exact halves go away from zero. ``denominator`` > 0."""
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -rounded if numerator < 0 else rounded
