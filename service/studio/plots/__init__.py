"""Plots as SVG that stand by themselves: intervals, lines with bands, bars, a matrix. Numbers in, marks out."""

from service.studio.plots.bars import Bar, columns, rising_and_falling
from service.studio.plots.estimates import Estimate, estimates
from service.studio.plots.lines import Dot, Line, lines
from service.studio.plots.matrix import heat_map

__all__ = [
    "Bar",
    "Dot",
    "Estimate",
    "Line",
    "columns",
    "estimates",
    "heat_map",
    "lines",
    "rising_and_falling",
]
