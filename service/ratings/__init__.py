"""Ratings: the drain, the heads, history, what a past or future day says."""

from service.ratings.drain import Drained, drain, drain_batch, release
from service.ratings.queries import (
    Standing,
    all_ratings,
    current,
    history,
    recomputed,
    summaries,
    tier_counts,
)
from service.ratings.usecases import mark_everyone, put_edition_in_force, sweep_due
from service.ratings.words import Told, in_words, way_back

__all__ = [
    "Drained",
    "Standing",
    "Told",
    "all_ratings",
    "current",
    "drain",
    "drain_batch",
    "history",
    "in_words",
    "mark_everyone",
    "put_edition_in_force",
    "recomputed",
    "release",
    "summaries",
    "sweep_due",
    "tier_counts",
    "way_back",
]
