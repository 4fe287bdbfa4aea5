"""What may be done to a recorded event, and what contradicts what is known."""

from __future__ import annotations

from datetime import date

import pytest

from scoring.rating.history import Event
from service.evidence.lifecycle import EFFECTS, Act, Known, applied, refusal
from service.platform import Problem

DAY = date(2025, 3, 1)
TODAY = date(2026, 1, 1)
LATER = date(2025, 6, 1)


def known(*acts: Act, **event: object) -> Known:
    return applied(Known(Event("cases", "1", "fine", DAY, severity="general", **event), "penalty", None), acts)


def act(name: str, on: date = LATER, **detail: object) -> Act:
    return Act(name, on, detail)


@pytest.mark.parametrize(
    ("before", "tried", "code"),
    [
        ([act("annulment")], act("repair"), "event_annulled"),
        ([act("annulment")], act("annulment"), "event_annulled"),
        ([act("withdrawal")], act("dispute"), "event_withdrawn"),
        ([], act("repair", date(2025, 2, 28)), "act_before_decision"),
        ([], act("repair", date(2026, 1, 2)), "date_in_future"),
        ([act("repair")], act("repair"), "already_repaired"),
        ([], act("repair_revocation"), "no_repair_to_revoke"),
        ([act("repair")], act("repair_revocation", date(2025, 5, 1)), "revocation_before_repair"),
        ([act("repair"), act("repair_revocation")], act("repair_revocation"), "no_repair_to_revoke"),
        ([act("dispute")], act("dispute"), "already_disputed"),
        ([], act("dispute_closed"), "no_dispute_open"),
        ([act("repair")], act("correction", TODAY, changes={"decided_on": "2025-06-02"}), "act_before_decision"),
        ([act("performed")], act("correction", TODAY, changes={"decided_on": "2025-06-02"}), "act_before_decision"),
        ([act("publicity_end")], act("correction", TODAY, changes={"decided_on": "2025-06-02"}), "act_before_decision"),
        ([act("performed")], act("performed"), "act_without_change"),
        ([], act("correction", changes={"severity": "general"}), "correction_without_change"),
        ([], act("correction", changes={"decided_on": "2025-03-01"}), "correction_without_change"),
        (
            [act("correction", changes={"value": 5})],
            act("correction", changes={"value": 5}),
            "correction_without_change",
        ),
    ],
)
def test_a_contradictory_act_is_refused_by_a_code_of_its_own(before: list[Act], tried: Act, code: str) -> None:
    refused = refusal(known(*before), tried, TODAY)
    assert refused is not None
    assert refused.code == code
    assert Problem(code, **refused.params).text("en").detail.count("{") == 0


def test_a_warning_is_annulled_not_repaired() -> None:
    assert refusal(known(final=False), act("annulment"), TODAY) is None
    refused = refusal(known(final=False), act("repair"), TODAY)
    assert refused is not None
    assert refused.code == "repair_of_warning"


@pytest.mark.parametrize(
    ("before", "tried"),
    [
        ([], act("rectified", date(2025, 2, 1))),
        ([act("performed")], act("performed", date(2025, 7, 1))),
        ([], act("publicity_end", date(2028, 3, 1))),
        ([act("repair"), act("repair_revocation")], act("repair", date(2025, 9, 1))),
        ([act("dispute"), act("dispute_closed")], act("dispute")),
        ([act("annulment")], act("withdrawal")),
        ([], act("correction", changes={"severity": None})),
    ],
)
def test_what_does_not_contradict_is_taken(before: list[Act], tried: Act) -> None:
    assert refusal(known(*before), tried, TODAY) is None


def test_a_decision_moves_as_far_as_what_followed_from_it() -> None:
    settled = known(act("repair"), act("performed"))
    assert refusal(settled, act("correction", TODAY, changes={"decided_on": "2025-06-01"}), TODAY) is None
    paid_before = known(performed_on=date(2025, 1, 1))
    assert refusal(paid_before, act("correction", TODAY, changes={"decided_on": "2025-06-01"}), TODAY) is None


def test_every_act_changes_something() -> None:
    prepared = {"repair_revocation": [act("repair")], "dispute_closed": [act("dispute")]}
    for name in EFFECTS:
        before = known(*prepared.get(name, []))
        after = applied(before, [act(name, changes={"code": "warning"})])
        assert after != before, name
