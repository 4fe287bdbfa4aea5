"""[publicity]: which records are public, from when, how long at least and at most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from scoring.edition.grammar import CLAUSE, CONDITIONS, KEY, NAME, NAMES, SENTENCE
from scoring.edition.scalars import Choice, Flag, Words
from scoring.edition.sections.section import Section
from scoring.edition.sections.terms import KEYS, MATCH_FIELDS, TERM, matched
from scoring.edition.shapes import AnyOf, Field, ListOf, Table, optional

if TYPE_CHECKING:
    from scoring.edition.envelope import Edition
    from scoring.edition.lint.remarks import Remarks
    from scoring.edition.model import Condition
    from scoring.edition.sections.terms import Match
    from scoring.edition.tiering import Text
    from scoring.kernel.workdays import Term


_SHORTEST_MONTH: Final = 28
_LONGEST_MONTH: Final = 31


@dataclass(frozen=True, slots=True)
class PublicityClass:
    """A class of records: whether it is public, how long at least (None: no minimum) and at most (None: no end).

    ``unless``: where it is not public, a record that meets all of these is, all the same.
    """

    key: str
    name: Text
    clause: str
    published: bool = True
    unless: tuple[Condition, ...] = ()
    minimum: Term | None = None
    maximum: Term | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """Records of this look are of a class. Of the assignments the first that fits decides."""

    to: str
    match: Match
    clause: str


@dataclass(frozen=True, slots=True)
class PenaltyRule:
    """What holds for some kinds of penalty whatever the class: what is stated takes the place of the class's word.

    ``shortened`` False: nothing ends its publicity before its maximum but performance of a kind that the law names.
    """

    kinds: tuple[str, ...]
    clause: str
    published: bool | None = None
    minimum: Term | None = None
    maximum: Term | None = None
    shortened: bool = True


@dataclass(frozen=True, slots=True)
class Exemption:
    """Records of this look are never public; they stay in the history. ``reason`` is stable, ``text`` for people."""

    reason: str
    text: Text
    match: Match
    clause: str


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Decisions that leave nothing to perform: of one of these kinds, or that impose these kinds of penalty alone."""

    clause: str
    decision_kinds: tuple[str, ...] = ()
    penalty_kinds: tuple[str, ...] = ()

    def holds(self, decision_kind: str, penalties: tuple[str, ...]) -> bool:
        """Whether a decision leaves nothing to perform. ``penalties``: those that it imposes; none: not known."""
        return decision_kind in self.decision_kinds or (bool(penalties) and set(penalties) <= set(self.penalty_kinds))


@dataclass(frozen=True, slots=True)
class WhileUnperformed:
    """The end of the period does not end publicity before the penalty is performed.

    ``penalty_kinds``: only where one of them was imposed; empty: always. ``at_once``: never for these decisions.
    """

    clause: str
    penalty_kinds: tuple[str, ...] = ()
    at_once: AtOnce | None = None


@dataclass(frozen=True, slots=True)
class PublicityLaw:
    """The section. ``decision_kinds``: what it speaks of; anything else is not public by it.

    ``starts``: the day from which periods count: that of the document, or that of the first publication.
    ``penalty_kinds``: the attribute of a decision that lists the kinds of penalty imposed.
    """

    decision_kinds: tuple[str, ...]
    clause: str
    classes: tuple[PublicityClass, ...]
    assignments: tuple[Assignment, ...]
    starts: Literal["decided_on", "published_on"]
    starts_clause: str
    penalty_kinds: str
    penalties: tuple[PenaltyRule, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    while_unperformed: WhileUnperformed | None = None

    def named(self, key: str) -> PublicityClass:
        """The class of a key.

        Raises:
            KeyError: there is none, which the lint refuses.
        """
        for one in self.classes:
            if one.key == key:
                return one
        raise KeyError(key)


def _assignment(**fields: Any) -> Assignment:  # noqa: ANN401 - fields of one dataclass
    return Assignment(to=fields.pop("class"), match=matched(fields), **fields)


def _exemption(**fields: Any) -> Exemption:  # noqa: ANN401 - fields of one dataclass
    return Exemption(match=matched(fields), **fields)


def _law(**fields: Any) -> PublicityLaw:  # noqa: ANN401 - fields of one dataclass
    starts_clause = fields.pop("starts_clause") or fields["clause"]
    return PublicityLaw(
        classes=fields.pop("class"),
        assignments=fields.pop("assign"),
        penalties=fields.pop("penalty"),
        exemptions=fields.pop("exempt"),
        starts_clause=starts_clause,
        **fields,
    )


CLASS: Final = Table(
    PublicityClass,
    {
        "key": Field(KEY),
        "name": Field(SENTENCE),
        "clause": CLAUSE,
        "published": optional(Flag(), default=True),
        "unless": optional(CONDITIONS, ()),
        "minimum": optional(TERM),
        "maximum": optional(TERM),
    },
)

PENALTY: Final = Table(
    PenaltyRule,
    {
        "kinds": Field(ListOf(NAME, least=1)),
        "clause": CLAUSE,
        "published": optional(Flag()),
        "minimum": optional(TERM),
        "maximum": optional(TERM),
        "shortened": optional(Flag(), default=True),
    },
    (AnyOf(("published", "minimum", "maximum", "shortened")),),
)
EXEMPT: Final = Table(
    _exemption,
    {
        "reason": Field(Words(pattern=r"[a-z][a-z0-9_]*", longest=60)),
        "text": Field(SENTENCE),
        "clause": CLAUSE,
        **MATCH_FIELDS,
    },
    (AnyOf(tuple(MATCH_FIELDS)),),
)

AT_ONCE: Final = Table(
    AtOnce,
    {"clause": CLAUSE, "decision_kinds": optional(KEYS, ()), "penalty_kinds": optional(NAMES, ())},
    (AnyOf(("decision_kinds", "penalty_kinds")),),
)

SHAPE: Final = Table(
    _law,
    {
        "decision_kinds": Field(ListOf(KEY, least=1)),
        "clause": CLAUSE,
        "starts": optional(Choice(("decided_on", "published_on")), "decided_on"),
        "starts_clause": optional(NAME),
        "penalty_kinds": optional(NAME, "penalty_kinds"),
        "class": Field(ListOf(CLASS, least=1)),
        "assign": Field(ListOf(Table(_assignment, {"class": Field(KEY), "clause": CLAUSE, **MATCH_FIELDS}), least=1)),
        "penalty": optional(ListOf(PENALTY), ()),
        "exempt": optional(ListOf(EXEMPT), ()),
        "while_unperformed": optional(
            Table(
                WhileUnperformed, {"clause": CLAUSE, "penalty_kinds": optional(NAMES, ()), "at_once": optional(AT_ONCE)}
            )
        ),
    },
)


def _check(edition: Edition, notes: Remarks) -> None:
    law = edition.publicity
    if law is None:
        return
    _check_classes(law, notes)
    _check_assignments(law, notes)
    seen: set[str] = set()
    for number, rule in enumerate(law.penalties):
        for kind in rule.kinds:
            if kind in seen:
                notes.error(
                    "penalty_twice",
                    f"/penalty/{number}/kinds",
                    clause=rule.clause,
                    zh=f"处罚种类 {kind} 写了两次，请合并",
                    en=f"penalty kind {kind} has two rules: put them in one",
                )
            seen.add(kind)
        _check_limits(rule.minimum, rule.maximum, f"/penalty/{number}", rule.clause, notes)


def _check_classes(law: PublicityLaw, notes: Remarks) -> None:
    named: set[str] = set()
    for number, one in enumerate(law.classes):
        at = f"/class/{number}"
        if one.key in named:
            notes.error(
                "class_twice",
                at,
                clause=one.clause,
                zh=f"类别 {one.key} 写了两次，请合并",
                en=f"class {one.key} is written twice: keep one",
            )
        named.add(one.key)
        if not any(rule.to == one.key for rule in law.assignments):
            notes.warning(
                "class_unused",
                at,
                clause=one.clause,
                zh=f"没有记录归入类别 {one.key}；请写 [[publicity.assign]] 或删去",
                en=f"no record is of class {one.key}: write an [[publicity.assign]] or remove it",
            )
        _check_limits(one.minimum, one.maximum, at, one.clause, notes)


def _check_limits(minimum: Term | None, maximum: Term | None, at: str, clause: str, notes: Remarks) -> None:
    if minimum and maximum and _is_longer(minimum, maximum):
        notes.error(
            "limits_crossed",
            at,
            clause=clause,
            zh="最短公示期长于最长公示期，请更正其一",
            en="the minimum is longer than the maximum: correct one of them",
        )


def _is_longer(one: Term, other: Term) -> bool:
    """Whether a period is longer than another wherever both begin; of different units only where no calendar helps."""
    if one.unit == other.unit:
        return one.number > other.number
    least = one.number * (_SHORTEST_MONTH if one.unit == "months" else 1)
    most = {"months": other.number * _LONGEST_MONTH, "calendar_days": other.number}.get(other.unit)
    return most is not None and least > most


def _check_assignments(law: PublicityLaw, notes: Remarks) -> None:
    ended = False
    for number, rule in enumerate(law.assignments):
        at = f"/assign/{number}"
        if ended:
            notes.error(
                "assignment_unreachable",
                at,
                clause=rule.clause,
                zh="前面的归类已包括一切记录，这一条永远用不到；请调整顺序",
                en="an assignment before this one takes every record: move this one up",
            )
        if not any(one.key == rule.to for one in law.classes):
            notes.error(
                "class_unknown",
                f"{at}/class",
                clause=rule.clause,
                zh=f"没有类别 {rule.to}；请在 [[publicity.class]] 中写明",
                en=f"there is no class {rule.to}: write it under [[publicity.class]]",
            )
        kinds = rule.match.decision_kinds
        if kinds and not set(kinds) & set(law.decision_kinds):
            notes.error(
                "assignment_unreachable",
                f"{at}/decision_kinds",
                clause=rule.clause,
                zh="这些决定种类不在本节的 decision_kinds 中；请补入或改正",
                en="none of these is among the section's decision_kinds: add or correct them",
            )
        ended = ended or rule.match.is_open()
    if not ended:
        notes.error(
            "class_missing",
            "/assign",
            clause=law.clause,
            zh="有的记录归不进任何类别；最后一条 [[publicity.assign]] 不应附条件",
            en="some records would be of no class: let the last [[publicity.assign]] state no condition",
        )


SECTION: Final = Section(SHAPE, _check)
