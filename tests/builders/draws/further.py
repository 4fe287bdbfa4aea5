"""The vectors of own tickets, several custodians, extended visits, teams taken over, and draws made void."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from .attesting import attested, own_tickets, shared_where_own
from .features import Vector
from .following import extended, taken_over
from .making import Facts, Made, Recipe, written
from .voiding import after_free_void, after_late_void, known_of_void, numbered_before

FREE = {"previous": "accept/void_before_instant.json"}
LATE = {"previous": "accept/void_after_instant.json"}


def vector(recipe: Recipe, options: dict[str, Any] | None = None) -> Vector:
    """The full transcript of a draw."""
    return Vector(written(Made(recipe).full()), options or {})


def accepted_further() -> dict[str, Vector]:
    """Every file that must be accepted, by name."""
    return {
        "own_tickets": vector(own_tickets()),
        "two_custodians": vector(attested()),
        "extended_visit": Vector(written(extended().full())),
        "team_taken_over": Vector(written(taken_over().full())),
        "void_before_instant": Vector(written(known_of_void())),
        "replaces_free_void": vector(after_free_void(), FREE),
        "void_after_instant": Vector(written(numbered_before().full())),
        "replaces_late_void": vector(after_late_void(), LATE),
    }


def refused_further() -> dict[str, tuple[str, Vector]]:
    """Every file that must be refused, by name, with the code of the check."""
    return {
        "own_tickets_by_shared_key": ("S-DRAWN", vector(shared_where_own())),
        "second_attest_of_another": ("S-ATTEST", vector(attested("1" * 64))),
        "free_void_after_instant": ("C-ONE", vector(after_late_void(reason="wrong window"), LATE)),
        "void_by_one_person": ("C-ONE", vector(after_late_void(approved_by="OP-01"), LATE)),
        "late_void_frees": ("F-CARRIED", vector(after_late_void(carries=False), LATE)),
        **_lives(),
    }


def _lives() -> dict[str, tuple[str, Vector]]:
    """Logs in which a seat is not taken by whom it must be, or by nobody."""
    over, more = taken_over(), extended()

    def changed(made: Made, hand: Callable[[list[Facts]], object]) -> tuple[str, Vector]:
        events = deepcopy(made.recipe.events)
        hand(events)
        return "L-STEP", vector(Recipe(terms=made.recipe.terms, events=events))

    step = over.recipe.events[1]
    return {
        "unfit_holder_kept": changed(over, lambda events: events.pop()),
        "unfit_stood_in_by_choice": changed(over, lambda events: events[1].update(to=step["from"])),
        "unfit_under_another_reason": changed(over, lambda events: events[1].update(reason="leave")),
        "fit_holder_called_unfit": changed(
            over, lambda events: events.append({**step, "seat": 1 - step["seat"], "from": _other(over), "to": ""})
        ),
        "extension_by_choice": changed(more, lambda events: events[1].update(to=more.recipe.events[2]["to"])),
    }


def _other(over: Made) -> str:
    """Who holds the other seat of the team taken over."""
    gone, seat = over.recipe.events[0]["from"], over.recipe.events[1]["seat"]
    team = next(ids for code, ids in over.outcomes[0].rows["teams"] if code == gone)
    return str(team[1 - seat])
