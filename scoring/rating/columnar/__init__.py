"""All entities at once, on NumPy: the same answers as `explain`, as arrays. Nothing else in scoring imports it."""

from scoring.rating.columnar.arrays import ABSENT, NO_DAY, NO_POINTS
from scoring.rating.columnar.columns import Coded, Columns, Events, Licences, Occasions
from scoring.rating.columnar.engine import Spread, rate_all
from scoring.rating.columnar.gather import columns_of, in_order
from scoring.rating.columnar.ratings import STATES, Ratings, Standing
from scoring.rating.columnar.shard import UnsortedColumnsError

__all__ = [
    "ABSENT",
    "NO_DAY",
    "NO_POINTS",
    "STATES",
    "Coded",
    "Columns",
    "Events",
    "Licences",
    "Occasions",
    "Ratings",
    "Spread",
    "Standing",
    "UnsortedColumnsError",
    "columns_of",
    "in_order",
    "rate_all",
]
