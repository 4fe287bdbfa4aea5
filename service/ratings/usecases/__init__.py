"""What people and time do to ratings: ask for them anew, confirm or reject those that are proposed."""

from service.ratings.usecases.deciding import Decided, decide_proposal
from service.ratings.usecases.rerating import mark_everyone, put_edition_in_force, sweep_due

__all__ = ["Decided", "decide_proposal", "mark_everyone", "put_edition_in_force", "sweep_due"]
