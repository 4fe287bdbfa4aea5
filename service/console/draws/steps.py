"""The steps of a draw: which are possible where it stands, who takes them, and what they ask of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from service.pages import may

if TYPE_CHECKING:
    from service.console.draws.blueprint import Standing

AFTER = ("concluded", "dispatched")
FROZEN = ("committed", "closed", "entropy", *AFTER)
LIVE = ("prepared", *FROZEN)


class Step(NamedTuple):
    """One step.

    ``path``: below the draw, as the interface has it; ``fields``: what is typed; ``states``: where it is possible;
    ``sends``: whether a body belongs to it.
    """

    path: str
    fields: tuple[str, ...]
    states: tuple[str, ...]
    sends: bool = True


STEPS = {
    "witnesses": Step("witnesses", ("witness", "organisation", "commitment"), ("prepared",)),
    "approval": Step("parts/<task>/approval", ("task",), ("prepared",), sends=False),
    "commitment": Step("commitment", (), ("prepared",), sends=False),
    "custody": Step("custody", ("custodian", "value"), ("committed",)),
    "reveals": Step("reveals", ("witness", "value"), ("committed",)),
    "closing": Step("closing", (), ("committed",), sends=False),
    "entropy": Step("entropy", ("values",), ("closed",)),
    "secret": Step("secret", ("value",), ("closed",)),
    "failures": Step("failures", ("reason", "evidence"), ("closed",)),
    "result": Step("result", (), ("entropy",), sends=False),
    "attests": Step("attests", ("custodian",), AFTER),
    "dispatch": Step("dispatch", (), ("concluded",), sends=False),
    "opening": Step("opening", (), ("dispatched",), sends=False),
    "events": Step("events", ("kind", "part", "subject", "seat", "leaves", "reason", "evidence"), AFTER),
    "void-proposals": Step("void-proposals", ("reason",), LIVE),
    "void": Step("void", (), LIVE, sends=False),
}


def possible(known: Standing) -> list[str]:
    """The steps that may be taken where a draw stands, by who looks: what the interface refuses is not looked up."""
    return [
        name
        for name, step in STEPS.items()
        if known.view["state"] in step.states
        and may("POST", f"/v1/draws/<number>/{step.path}")
        and _wanted(name, known)
    ]


def _wanted(name: str, known: Standing) -> bool:
    """Whether there is anything for the step to do."""
    view, asked = known.view, known.preparation
    committed = known.commitment or {}
    told = {
        "approval": any(not part["approved"] for part in view["parts"]),
        "reveals": set(view["witnesses"]) != set(view["revealed"]),
        "custody": any(secret["custodians"] for secret in committed.get("secret", ())),
        "secret": bool(known.attempt["secret"]) and not view["secret_produced"],
        "attests": set(view["custody"]) != set(view["attested"]),
        "failures": len(known.attempts) > len(view["failed"]) + 1,
        "void": asked is not None and asked["void_asked"] is not None,
    }
    return told.get(name, True)


def marks(known: Standing) -> list[tuple[str, bool, bool]]:
    """The way of a draw: each of its steps by name, whether it is done, whether it is the next."""
    state = known.view["state"]
    order = ["preparation", "commitment", "closing", "entropy", "result", "dispatch", "opening"]
    reached = {"prepared": 1, "committed": 2, "closed": 3, "entropy": 4, "concluded": 5, "dispatched": 6, "opened": 7}
    done = reached.get(state, 0)
    return [(name, place < done, place == done and state != "void") for place, name in enumerate(order)]
