"""A whole draw out of its terms, step by step; a hand may change any step, and all later ones follow from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from scoring.kernel.canonical import canonical
from scoring.sampling import outcome, transcript
from scoring.sampling.bytes import digest
from scoring.sampling.frozen import Frozen, committed_part, freeze
from scoring.sampling.rows import Avoid, FrameRow, RosterRow

from . import material as m

Change = Callable[[Any], None]
Facts = dict[str, Any]
Thing = TypeVar("Thing")


@dataclass
class PartRows:
    """The terms and rows of one part."""

    terms: Facts = field(default_factory=m.part)
    frame: list[FrameRow] = field(default_factory=m.entities)
    roster: list[RosterRow] = field(default_factory=m.inspectors)
    avoids: Mapping[str, Avoid] = field(default_factory=lambda: m.avoidances(m.entities()))


@dataclass
class Recipe:
    """What a draw is made of. ``at``: the first instant. ``change``: by step, what a hand does to what it made."""

    terms: Facts = field(default_factory=m.terms)
    parts: list[PartRows] = field(default_factory=lambda: [PartRows()])
    values: list[Facts] = field(default_factory=lambda: [m.SIGNED])
    attempt: int = 1
    failed: list[Facts] = field(default_factory=list)
    revealed: dict[str, bytes] = field(default_factory=lambda: {"NO-01": m.WITNESS_VALUE})
    events: list[Facts] = field(default_factory=list)
    earlier: list[Facts] = field(default_factory=list)
    change: dict[str, Change] = field(default_factory=dict)
    at: int = m.INSTANT

    def changed(self, step: str, made: Thing) -> Thing:
        """The thing made, after the hand was on it."""
        self.change.get(step, lambda _: None)(made)
        return made


class Made:
    """A draw and every document of it."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self.frozen: list[Frozen] = [
            freeze(each.terms["part"], m.SALT_KEY, each.frame, each.avoids, each.roster) for each in recipe.parts
        ]
        recipe.changed("frozen", self.frozen)
        parts = [committed_part(each.terms, rows) for each, rows in zip(recipe.parts, self.frozen, strict=True)]
        self.plan = recipe.changed("plan", plan_of(recipe, parts))
        terms = {**recipe.terms, "plan_digest": digest(self.plan)}
        self.commitment = recipe.changed("commitment", transcript.commitment(terms, parts))
        self.closing = recipe.changed("closing", transcript.closing(self.commitment, recipe.revealed, recipe.at - 7000))
        entered = [
            {"by": by, "at": recipe.at + 40_000 * (recipe.attempt - 1) + after, "values": recipe.values}
            for by, after in (("OP-03", 60), ("OP-04", 90))
        ]
        self.entropy = recipe.changed(
            "entropy", transcript.entropy(self.closing, entered, recipe.attempt, recipe.failed)
        )
        uses = self.commitment["attempts"][min(recipe.attempt, len(self.commitment["attempts"])) - 1]["secret"]
        self.secret = m.SECRET if uses else b""
        self.seed = outcome.seed_of(self.closing, self.entropy, self.secret)
        self.outcomes = recipe.changed("outcomes", outcome.drawn(self.commitment, self.frozen, self.seed))
        self.result = recipe.changed("result", transcript.result(self.entropy, self.outcomes, m.SALT_KEY))
        self.log = chained(transcript.event, recipe.changed("events", [dict(each) for each in recipe.events]))
        facts = recipe.changed("entries", self._entries())
        self.register = recipe.changed("register", chained(transcript.entry, facts))

    def _entries(self) -> list[Facts]:
        at, later = self.recipe.at, 40_000 * (self.recipe.attempt - 1)
        steps: list[tuple[str, str, int]] = [
            ("commitment", digest(self.commitment), at - 18_000),
            ("closing", digest(self.closing), at - 6900),
            ("entropy", digest(self.entropy), at + later + 120),
            ("result", digest(self.result), at + later + 600),
            ("attest", digest(self.result), at + later + 900),
        ]
        if self.log:
            steps.append(("log", digest(self.log[-1]), at + 200_000))
        steps.append(("open", digest(self.result), at + 500_000))
        by = {"attest": "AU-01"}
        mine = [entry_facts(kind, said, when, self.commitment["draw"], by=by.get(kind, "OP-01"))
                for kind, said, when in steps]  # fmt: skip
        planned = entry_facts("plan", digest(self.plan), at - 90_000, "", task="")
        return sorted([planned, *self.recipe.earlier, *mine], key=lambda each: int(each["at"]))

    def full(self) -> Facts:
        """The full transcript."""
        documents = {
            "plan": self.plan,
            "commitment": self.commitment,
            "closing": self.closing,
            "entropy": self.entropy,
            "secret": self.secret.hex(),
            "result": self.result,
            "register": self.register,
            "log": self.log,
        }
        made = transcript.full(documents, m.SALT_KEY, self.frozen, self.outcomes)
        self.recipe.changed("transcript", made)
        return made


def entry_facts(kind: str, said: str, at: int, draw: str, **other: str) -> Facts:
    """The facts of an entry in the register."""
    known = {"authority": m.AUTHORITY, "kind": kind, "draw": draw, "task": "T07", "digest": said, "at": at}
    return {**known, "by": "OP-01", "approved_by": "OP-02", "reason": "", **other}


def chained(step: Callable[[Facts | None, Facts], Facts], facts: list[Facts]) -> list[Facts]:
    """Entries or events, each naming the one before."""
    made: list[Facts] = []
    for each in facts:
        made.append(step(made[-1] if made else None, each))
    return made


def plan_of(recipe: Recipe, parts: list[Facts]) -> Facts:
    """The plan that asks for just this draw."""
    ratios = [
        [part["part"], each["stratum"], each["ratio"]]
        for part in parts
        for each in part["strata"]
        if each["stratum"] != "carried"
    ]
    sources = {
        (source["kind"], source["chain"] if source["kind"] == "drand" else source["name"])
        for each in recipe.terms["attempts"]
        for source in each["sources"]
    }
    task = {
        "task": recipe.terms["task"],
        "cutoff": [recipe.at - 60_000, recipe.at - 40_000],
        "ratios": sorted(ratios),
        "sources": sorted(map(list, sources)),
    }
    return {"type": "plan", "plan": "2023", "authority": m.AUTHORITY, "title": "2023年度抽查计划", "tasks": [task]}


def written(document: Mapping[str, Any]) -> bytes:
    """A file's bytes."""
    return canonical(document)
