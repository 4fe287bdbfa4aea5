"""The section on credit repair: who decides, on which conditions, with which papers and clocks, and to what effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

from scoring.edition.grammar import CLAUSE, CONDITIONS, KEY, NAMES, SENTENCE
from scoring.edition.scalars import Choice, Flag
from scoring.edition.sections.procedure import CLOCKS, MATERIAL, TERM, Material, check_clocks, check_materials
from scoring.edition.shapes import Field, GoesWith, ListOf, Table, optional

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.edition.clocks import ClockLaw
    from scoring.edition.envelope import Edition
    from scoring.edition.lint.remarks import Remarks
    from scoring.edition.model import Condition as When
    from scoring.edition.tiering import Text
    from scoring.kernel.workdays import Term

Fact: TypeAlias = Literal[
    "decided_on", "published_on", "performed_on", "corrected_on", "harm_removed_on", "listed_on", "repaired_on",
    "promise_broken_on", "revoked_on", "record_revoked_on", "plan_approved_on",
]  # fmt: skip
"""A day that a condition may look at: of the record, or of its owner's last repair, broken promise, revoked repair.

``record_revoked_on``: the last revocation of a repair of this very record.
"""

Test: TypeAlias = Literal["minimum_publicity", "elapsed", "done", "not_repeated", "not_listed", "repairable"]
Effect: TypeAlias = Literal[
    "stop_publication", "stop_sharing", "stop_use", "lift_measures", "zero_points", "update_rating"
]


@dataclass(frozen=True, slots=True)
class RepairCondition:
    """One condition, in exactly one form (``test``). It is looked at for records that ``when`` and the lists name.

    ``minimum_publicity``: the minimum publicity of the record is over · ``elapsed``: ``term`` since ``fact`` is over
    (without a term: the fact speaks against it for good; ``absent``: what holds while there is no such fact) ·
    ``done``: the day ``fact`` is there and has come · ``not_repeated``: no other decision of the same code (``same``)
    within ``term`` (without one: since this one) · ``not_listed``: on none of ``lists`` · ``repairable``: no penalty
    kind of ``never`` was given, and the class is none of ``never_classes``.
    """

    key: str
    text: Text
    test: Test
    clause: str
    classes: tuple[str, ...] = ()
    decision_kinds: tuple[str, ...] = ()
    penalty_kinds: tuple[str, ...] = ()
    when: tuple[When, ...] = ()
    fact: Fact | None = None
    term: Term | None = None
    absent: bool = True
    same: Literal["code", "decision_kind"] = "code"
    lists: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    never_classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RepairEffect:
    """What a repair brings about, at once."""

    effect: Effect
    clause: str


@dataclass(frozen=True, slots=True)
class Fraud:
    """What follows when a repair was obtained by false papers or promises.

    For ``bar`` from the revocation on nothing of that entity is repaired, or only not that record; None: for good.
    """

    text: Text
    clause: str
    bar: Term | None
    barred: Literal["entity", "record"]
    restores_points: bool


@dataclass(frozen=True, slots=True)
class Option:
    """Something that the edition allows or orders: a responsible person's own application, lifting for a time."""

    text: Text
    clause: str


@dataclass(frozen=True, slots=True)
class Repair:
    """The section. ``decided_by``: who found the fact, the unit that runs the window, or who put it on a list.

    ``on_expiry``: a record whose publicity is over is repaired without an application; None: it is not.
    ``lifting``: effects may be lifted for a time before a decision, as under a bankruptcy plan.
    """

    clause: str
    decided_by: Literal["finder", "window", "lister"]
    conditions: tuple[RepairCondition, ...]
    materials: tuple[Material, ...]
    clocks: Mapping[str, ClockLaw]
    effects: tuple[RepairEffect, ...]
    fraud: Fraud | None
    on_expiry: Option | None
    separate: Option | None
    lifting: Option | None


CONDITION: Final = Table(
    RepairCondition,
    {
        "key": Field(KEY),
        "text": Field(SENTENCE),
        "test": Field(Choice(get_args(Test))),
        "clause": CLAUSE,
        "classes": optional(NAMES, ()),
        "decision_kinds": optional(NAMES, ()),
        "penalty_kinds": optional(NAMES, ()),
        "when": optional(CONDITIONS, ()),
        "fact": optional(Choice(get_args(Fact))),
        "term": optional(TERM),
        "absent": optional(Flag(), default=True),
        "same": optional(Choice(("code", "decision_kind")), "code"),
        "lists": optional(NAMES, ()),
        "never": optional(NAMES, ()),
        "never_classes": optional(NAMES, ()),
    },
    (GoesWith("lists", "test", "not_listed"),),
)
OPTION: Final = Table(Option, {"text": Field(SENTENCE), "clause": CLAUSE})


def _repair(
    *,
    condition: tuple[RepairCondition, ...],
    material: tuple[Material, ...],
    clock: Mapping[str, ClockLaw],
    effect: tuple[RepairEffect, ...],
    clause: str,
    decided_by: Literal["finder", "window", "lister"],
    fraud: Fraud | None,
    on_expiry: Option | None,
    separate: Option | None,
    lifting: Option | None,
) -> Repair:
    return Repair(clause, decided_by, condition, material, clock, effect, fraud, on_expiry, separate, lifting)


REPAIR: Final = Table(
    _repair,
    {
        "clause": CLAUSE,
        "decided_by": Field(Choice(("finder", "window", "lister"))),
        "condition": Field(ListOf(CONDITION, least=1)),
        "material": optional(ListOf(MATERIAL), ()),
        "clock": Field(CLOCKS),
        "effect": Field(
            ListOf(Table(RepairEffect, {"effect": Field(Choice(get_args(Effect))), "clause": CLAUSE}), least=1)
        ),
        "fraud": optional(
            Table(
                Fraud,
                {
                    "text": Field(SENTENCE),
                    "clause": CLAUSE,
                    "bar": optional(TERM),
                    "barred": optional(Choice(("entity", "record")), "entity"),
                    "restores_points": optional(Flag(), default=True),
                },
            )
        ),
        "on_expiry": optional(OPTION),
        "separate": optional(OPTION),
        "lifting": optional(OPTION),
    },
)

SLOTS: Final[Mapping[str, tuple[str, ...]]] = {
    "accept": ("lapse", "accept", "remind"),
    "supplement": ("lapse",),
    "decide": ("lapse", "grant", "refuse", "hand_up", "remind"),
    "lifting": ("end_lifting", ""),
    "sync": ("remind", ""),
}
"""The clocks that the procedure starts, with the ends that each may have; "": it may be missing."""


def check_repair(edition: Edition, notes: Remarks) -> None:
    """Everything wrong or doubtful in the section; places begin at it."""
    section = edition.repair
    if section is None:
        return
    check_clocks(edition, section.clocks, SLOTS, notes)
    check_materials(section.materials, get_args(Fact), notes)
    keys = [condition.key for condition in section.conditions]
    for place, condition in enumerate(section.conditions):
        at = f"/condition/{place}"
        if keys.index(condition.key) != place:
            notes.error(
                "condition_twice",
                at,
                clause=condition.clause,
                zh=f"条件 {condition.key} 写了两次，请改名或合并",
                en=f"the condition {condition.key} stands twice: rename or join them",
            )
        _check_form(condition, at, notes)
    if section.lifting is not None and "lifting" not in section.clocks:
        notes.error(
            "clock_never_ends",
            "/clock",
            clause=section.lifting.clause,
            zh="允许临时解除而没有期限；请写 [clock.lifting]",
            en="effects may be lifted for a time that never ends: write [clock.lifting]",
        )
    if not any(effect.effect == "zero_points" for effect in section.effects):
        notes.warning(
            "repair_without_points",
            "/effect",
            clause=section.clause,
            zh="修复后分值仍计；若非本意，请写 zero_points",
            en="a repaired record goes on counting: write zero_points unless that is meant",
        )


_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "elapsed": ("fact",),
    "done": ("fact",),
    "not_listed": ("lists",),
}
_FORMS: Final[Mapping[str, frozenset[str]]] = {
    "minimum_publicity": frozenset(),
    "elapsed": frozenset({"fact", "term"}),
    "done": frozenset({"fact"}),
    "not_repeated": frozenset({"term"}),
    "not_listed": frozenset({"lists"}),
    "repairable": frozenset({"never", "never_classes"}),
}


def _check_form(condition: RepairCondition, at: str, notes: Remarks) -> None:
    written = {
        name
        for name in ("fact", "term", "lists", "never", "never_classes")
        if getattr(condition, name) not in {None, ()}
    }
    for name in _NEEDS.get(condition.test, ()):
        if name not in written:
            notes.error(
                "condition_incomplete",
                f"{at}/{name}",
                clause=condition.clause,
                zh=f"test = {condition.test} 时应写 {name}",
                en=f"with test = {condition.test} write {name}",
            )
    if condition.test == "repairable" and not written & {"never", "never_classes"}:
        notes.error(
            "condition_incomplete",
            at,
            clause=condition.clause,
            zh="test = repairable 时应写 never 或 never_classes",
            en="with test = repairable write never or never_classes",
        )
    for name in sorted(written - _FORMS[condition.test]):
        notes.error(
            "condition_out_of_place",
            f"{at}/{name}",
            clause=condition.clause,
            zh=f"test = {condition.test} 时不写 {name}，请删去",
            en=f"test = {condition.test} has no {name}: remove it",
        )
