"""The two procedures: credit repair (信用修复) and objection (异议). docs/repair.md draws both from these rows."""

from __future__ import annotations

from typing import Final

from scoring.repair.table import START, ClockMove, Party, Row, Workflow


def _start(clock: str) -> ClockMove:
    return ClockMove("start", clock)


def _stop(clock: str) -> ClockMove:
    return ClockMove("stop", clock)


def _pause(clock: str) -> ClockMove:
    return ClockMove("pause", clock)


def _resume(clock: str) -> ClockMove:
    return ClockMove("resume", clock)


_EXTEND = (ClockMove("extend", "decide"),)
_HAND_UP = (ClockMove("hand_up", "decide"),)
_DECIDE: Final[tuple[Party, ...]] = ("handler", "reviewer")
_MATERIALS = ("materials_complete",)
_FRAUD = ("fraud_found", "not_proposed", "reasons")
_PROPOSED = ("revocation_proposed", "reasons")
_APPLIED = ("own_record", "not_repaired", "not_barred", "eligible", "no_open_case")

REPAIR: Final = Workflow(
    "repair",
    (
        Row(START, "submit", "submitted", ("applicant", "handler"), (), _APPLIED, (_start("accept"),)),
        Row(START, "expire", "granted", ("service",), (), ("publicity_over",), (_start("sync"),)),
        Row("submitted", "ask_supplement", "supplement_asked", ("handler",), (), ("asked_once",),
            (_pause("accept"), _start("supplement"))),
        Row("submitted", "accept", "accepted", ("handler", "clock"), (), _MATERIALS,
            (_stop("accept"), _start("decide"))),
        Row("submitted", "refuse_acceptance", "not_accepted", ("handler",), (), ("reasons",), (_stop("accept"),)),
        Row("submitted", "lapse", "lapsed", ("clock",), clocks=(_stop("accept"),)),
        Row("submitted", "withdraw", "withdrawn", ("applicant",), clocks=(_stop("accept"),)),
        Row("submitted", "lose_object", "without_object", ("service",), clocks=(_stop("accept"),)),
        Row("supplement_asked", "supply", "submitted", ("applicant", "handler"), (), _MATERIALS,
            (_stop("supplement"), _resume("accept"))),
        Row("supplement_asked", "lapse", "lapsed", ("clock",), clocks=(_stop("supplement"), _stop("accept"))),
        Row("supplement_asked", "withdraw", "withdrawn", ("applicant",),
            clocks=(_stop("supplement"), _stop("accept"))),
        Row("supplement_asked", "lose_object", "without_object", ("service",),
            clocks=(_stop("supplement"), _stop("accept"))),
        Row("accepted", "verify", "verified", ("reviewer",), ("handler",), ("findings",)),
        Row("accepted", "extend", "accepted", ("decider",), _DECIDE, ("extension_left", "reasons"), _EXTEND),
        Row("accepted", "hand_up", "accepted", ("clock",), clocks=_HAND_UP),
        Row("accepted", "grant", "granted", ("clock",), clocks=(_stop("decide"), _start("sync"))),
        Row("accepted", "refuse", "refused", ("clock",), clocks=(_stop("decide"),)),
        Row("accepted", "lapse", "lapsed", ("clock",), clocks=(_stop("decide"),)),
        Row("accepted", "withdraw", "withdrawn", ("applicant",), clocks=(_stop("decide"),)),
        Row("accepted", "lose_object", "without_object", ("service",), clocks=(_stop("decide"),)),
        Row("verified", "extend", "verified", ("decider",), _DECIDE, ("extension_left", "reasons"), _EXTEND),
        Row("verified", "hand_up", "verified", ("clock",), clocks=_HAND_UP),
        Row("verified", "grant", "granted", ("decider", "clock"), _DECIDE, ("found_fit",),
            (_stop("decide"), _start("sync"))),
        Row("verified", "refuse", "refused", ("decider", "clock"), _DECIDE, ("reasons",), (_stop("decide"),)),
        Row("verified", "lift", "lifted", ("decider",), _DECIDE, ("found_fit", "may_be_lifted"),
            (_stop("decide"), _start("lifting"))),
        Row("verified", "lapse", "lapsed", ("clock",), clocks=(_stop("decide"),)),
        Row("verified", "withdraw", "withdrawn", ("applicant",), clocks=(_stop("decide"),)),
        Row("verified", "lose_object", "without_object", ("service",), clocks=(_stop("decide"),)),
        Row("lifted", "grant", "granted", ("decider",), _DECIDE, ("found_fit",), (_stop("lifting"), _start("sync"))),
        Row("lifted", "end_lifting", "refused", ("decider", "clock"), _DECIDE, ("reasons",), (_stop("lifting"),)),
        Row("lifted", "lose_object", "without_object", ("service",), clocks=(_stop("lifting"),)),
        Row("granted", "close", "closed", ("service", "handler"), (), ("all_told",), (_stop("sync"),)),
        Row("granted", "propose_revocation", "granted", _DECIDE, (), _FRAUD),
        Row("granted", "drop_revocation", "granted", ("decider",), _DECIDE, _PROPOSED),
        Row("granted", "revoke", "revoked", ("decider",), _DECIDE, _PROPOSED, (_stop("sync"),)),
        Row("closed", "propose_revocation", "closed", _DECIDE, (), _FRAUD),
        Row("closed", "drop_revocation", "closed", ("decider",), _DECIDE, _PROPOSED),
        Row("closed", "revoke", "revoked", ("decider",), _DECIDE, _PROPOSED),
    ),
    final=("not_accepted", "refused", "withdrawn", "lapsed", "without_object", "closed", "revoked"),
)  # fmt: skip
"""Credit repair. ``expire`` is the repair of a record whose publicity is over: it takes no application and no human.

Who says that a repair was obtained by fraud does so as a handler or reviewer, and so is not the one who decides.
"""

_FOUND = ("reasons", "corrections", "found_by_another")
_RAISED = ("known_record", "no_open_objection", "materials_named")
_EXTENDED = ("extension_left", "reasons")

OBJECTION: Final = Workflow(
    "objection",
    (
        Row(START, "object", "raised", ("applicant", "handler"), (), _RAISED, (_start("mark"),)),
        Row("raised", "mark", "marked", ("service", "handler"), (), (),
            (_stop("mark"), _start("decide"), _start("forward"))),
        Row("raised", "withdraw", "withdrawn", ("applicant",), clocks=(_stop("mark"),)),
        Row("raised", "lose_object", "without_object", ("service",), clocks=(_stop("mark"),)),
        Row("marked", "forward", "forwarded", ("handler",), (), ("of_a_source",),
            (_stop("forward"), _pause("decide"), _start("source"))),
        Row("marked", "examine", "marked", ("handler",), (), ("findings",)),
        Row("marked", "extend", "marked", ("decider",), ("handler",), _EXTENDED, _EXTEND),
        Row("marked", "hand_up", "marked", ("clock",), clocks=_HAND_UP),
        Row("marked", "uphold", "upheld", ("decider", "clock"), ("handler",), ("reasons",),
            (_stop("decide"), _stop("forward"), _start("review"))),
        Row("marked", "correct", "corrected", ("decider",), ("handler",), _FOUND,
            (_stop("decide"), _stop("forward"))),
        Row("marked", "lapse", "lapsed", ("clock",), clocks=(_stop("decide"), _stop("forward"))),
        Row("marked", "withdraw", "withdrawn", ("applicant",), clocks=(_stop("decide"), _stop("forward"))),
        Row("marked", "lose_object", "without_object", ("service",), clocks=(_stop("decide"), _stop("forward"))),
        Row("forwarded", "answer", "answered", ("source", "handler"), (), ("findings",),
            (_stop("source"), _resume("decide"))),
        Row("forwarded", "extend", "forwarded", ("source", "handler"), (), _EXTENDED, (ClockMove("extend", "source"),)),
        Row("forwarded", "go_on", "answered", ("clock",), clocks=(_stop("source"), _resume("decide"))),
        Row("forwarded", "lapse", "lapsed", ("clock",), clocks=(_stop("source"), _stop("decide"))),
        Row("forwarded", "withdraw", "withdrawn", ("applicant",), clocks=(_stop("source"), _stop("decide"))),
        Row("forwarded", "lose_object", "without_object", ("service",), clocks=(_stop("source"), _stop("decide"))),
        Row("answered", "examine", "answered", ("handler",), (), ("findings",)),
        Row("answered", "extend", "answered", ("decider",), ("handler",), _EXTENDED, _EXTEND),
        Row("answered", "hand_up", "answered", ("clock",), clocks=_HAND_UP),
        Row("answered", "uphold", "upheld", ("decider", "clock"), ("handler",), ("reasons",),
            (_stop("decide"), _start("review"))),
        Row("answered", "correct", "corrected", ("decider",), ("handler",), _FOUND,
            (_stop("decide"),)),
        Row("answered", "lapse", "lapsed", ("clock",), clocks=(_stop("decide"),)),
        Row("answered", "withdraw", "withdrawn", ("applicant",), clocks=(_stop("decide"),)),
        Row("answered", "lose_object", "without_object", ("service",), clocks=(_stop("decide"),)),
        Row("upheld", "ask_review", "under_review", ("applicant",), (), ("review_open",),
            (_stop("review"), _start("second_review"))),
        Row("upheld", "close", "closed", ("clock", "service"), clocks=(_stop("review"),)),
        Row("upheld", "lose_object", "without_object", ("service",), clocks=(_stop("review"),)),
        Row("under_review", "uphold", "closed", ("decider", "clock"), ("handler", "decider"), ("reasons",),
            (_stop("second_review"),)),
        Row("under_review", "correct", "corrected", ("decider",), ("handler", "decider"), _FOUND,
            (_stop("second_review"),)),
        Row("under_review", "lapse", "lapsed", ("clock",), clocks=(_stop("second_review"),)),
        Row("under_review", "withdraw", "withdrawn", ("applicant",), clocks=(_stop("second_review"),)),
        Row("under_review", "lose_object", "without_object", ("service",), clocks=(_stop("second_review"),)),
    ),
    final=("corrected", "withdrawn", "lapsed", "without_object", "closed"),
)  # fmt: skip
"""Objection. The mark stands from ``mark`` until a decision, and again while a decision is looked at a second time.

``found_by_another``: no official strikes or changes a record alone; the source, a handler or who decided first looked.
"""

WORKFLOWS: Final = {workflow.name: workflow for workflow in (REPAIR, OBJECTION)}
