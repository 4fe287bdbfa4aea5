"""Ratings: the drain, the heads, history, what a past or future day says."""

from service.ratings.audience import bare as as_partners_see
from service.ratings.distribution import PublishedCount, published_tiers
from service.ratings.drain import Drained, drain, drain_batch, retry_set_apart, work_waits
from service.ratings.histories import Assembled, histories_in
from service.ratings.integrity import rating_faults
from service.ratings.kind_counts import KindCount, by_kind
from service.ratings.on_day import TiersOnDay, tiers_known, tiers_on
from service.ratings.over_days import Instead, Retelling, Stood, in_force_over
from service.ratings.quarantine import figures, release
from service.ratings.queries import (
    KindTiers,
    Progress,
    Standing,
    all_ratings,
    current,
    first_in_tier,
    history,
    progress,
    recomputed,
    summaries,
    tier_counts,
    tiers_of,
)
from service.ratings.reconcile import Difference, Reconciled, reconcile
from service.ratings.rerates.figures import RerateFigures, rerate, rerates
from service.ratings.rerates.switching import switch
from service.ratings.rerates.work import Pace, rerates_wait, work_on
from service.ratings.usecases import (
    cancel_rerate,
    decide_edition,
    mark_everyone,
    put_edition_in_force,
    restart_rerate,
    sweep_due,
    withdraw_edition,
)
from service.ratings.words import Told, in_words, reason_told, reasons_of, way_back

__all__ = [
    "Assembled",
    "Difference",
    "Drained",
    "Instead",
    "KindCount",
    "KindTiers",
    "Pace",
    "Progress",
    "PublishedCount",
    "Reconciled",
    "RerateFigures",
    "Retelling",
    "Standing",
    "Stood",
    "TiersOnDay",
    "Told",
    "all_ratings",
    "as_partners_see",
    "by_kind",
    "cancel_rerate",
    "current",
    "decide_edition",
    "drain",
    "drain_batch",
    "figures",
    "first_in_tier",
    "histories_in",
    "history",
    "in_force_over",
    "in_words",
    "mark_everyone",
    "progress",
    "published_tiers",
    "put_edition_in_force",
    "rating_faults",
    "reason_told",
    "reasons_of",
    "recomputed",
    "reconcile",
    "release",
    "rerate",
    "rerates",
    "rerates_wait",
    "restart_rerate",
    "retry_set_apart",
    "summaries",
    "sweep_due",
    "switch",
    "tier_counts",
    "tiers_known",
    "tiers_of",
    "tiers_on",
    "way_back",
    "withdraw_edition",
    "work_on",
    "work_waits",
]
