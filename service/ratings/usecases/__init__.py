"""What people and time do to ratings: ask for them anew, confirm or reject those that are proposed."""

from service.ratings.usecases.deciding import Decided, decide_proposal
from service.ratings.usecases.rerating import (
    cancel_rerate,
    decide_edition,
    mark_everyone,
    put_edition_in_force,
    restart_rerate,
    sweep_due,
    withdraw_edition,
)

__all__ = [
    "Decided",
    "cancel_rerate",
    "decide_edition",
    "decide_proposal",
    "mark_everyone",
    "put_edition_in_force",
    "restart_rerate",
    "sweep_due",
    "withdraw_edition",
]
