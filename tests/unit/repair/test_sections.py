"""The sections on repair and objection: what is written is what is read, and what cannot work is refused in place."""

from __future__ import annotations

import pytest

from scoring.edition import check, parse
from scoring.edition.clocks import HAND_UP, REMIND
from scoring.edition.sections import objection, repair
from scoring.kernel.errors import EditionError
from scoring.repair import OBJECTION, REPAIR, START, Workflow
from tests.builders.repairing import repair_text


def found(changes: dict[str, str], *, head: str = 'calendar = "cn"\n') -> list[tuple[str, str]]:
    return [(one.code, one.pointer) for one in check(parse(repair_text(changes, head=head)))]


def test_a_sound_edition_draws_no_remark() -> None:
    edition = parse(repair_text())
    assert check(edition) == []
    assert edition.matters == ("repair", "objection")
    assert edition.repair is not None
    assert edition.objection is not None
    assert edition.repair.clocks["decide"].extension is not None
    assert [one.key for one in edition.repair.conditions] == ["minimum", "performed", "last_repair", "kind"]
    assert {one.clause for one in edition.repair.conditions} == {"art. 1"}


NEXT = 'counting = "from_next_day"'
FIVE = 'term = { number = 5, unit = "working_days", counting = "from_next_day" }\nlapse = '


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({'lapse = "hand_up"\nthen = "above"': 'lapse = "hand_up"\nthen = "decide"'},
         [("clock_unknown", "/repair/clock/above"), ("clock_never_ends", "/repair/clock/decide")]),
        ({'lapse = "remind"\n\n[repair.clock.lifting]': 'lapse = "hand_up"\nthen = "decide"\n\n[repair.clock.lifting]'},
         [("clock_never_ends", "/repair/clock/decide"), ("clock_never_ends", "/repair/clock/above")]),
        ({'lapse = "hand_up"\nthen = "above"': 'lapse = "hand_up"'},
         [("clock_unknown", "/repair/clock/above"), ("clock_never_ends", "/repair/clock/decide")]),
        ({'lapse = "accept"\npaused_by = ["supplement"]': 'lapse = "accept"'},
         [("clock_not_paused", "/repair/clock/accept/paused_by")]),
        ({'lapse = "lapse"\npaused_by = ["source"]': 'lapse = "lapse"'}, []),
        ({'paused_by = ["supplement"]': 'paused_by = ["supplement", "accept"]'},
         [("clock_never_ends", "/repair/clock/accept")]),
        ({'paused_by = ["source"]': 'paused_by = ["answer"]'}, [("clock_never_ends", "/objection/clock/decide")]),
        ({f'[repair.clock.lifting]\nterm = {{ number = 12, unit = "months", {NEXT} }}\nlapse = "end_lifting"\n': ""},
         [("clock_never_ends", "/repair/clock")]),
        ({f'[repair.clock.supplement]\nterm = {{ number = 10, unit = "working_days", {NEXT} }}\nlapse = "lapse"\n': ""},
         [("clock_missing", "/repair/clock"), ("clock_never_ends", "/repair/clock/accept")]),
        ({"[repair.clock.lifting]": "[repair.clock.lift]"},
         [("clock_unknown", "/repair/clock/lift"), ("clock_never_ends", "/repair/clock")]),
        ({'lapse = "accept"': 'lapse = "grant"'}, [("clock_end_unknown", "/repair/clock/accept/lapse")]),
        ({'lapse = "remind"\n\n[repair.clock.lifting]': 'lapse = "go_on"\n\n[repair.clock.lifting]'},
         [("clock_end_unknown", "/repair/clock/above/lapse")]),
        ({"[objection.clock.source]\n" + FIVE + '"go_on"\n': ""},
         [("clock_never_ends", "/objection/clock/decide"), ("clock_missing", "/objection/clock")]),
        ({"second_review = true": "second_review = false"},
         [("clock_unknown", "/objection/clock/review"), ("clock_unknown", "/objection/clock/second_review")]),
        ({'key = "performed"': 'key = "minimum"'}, [("condition_twice", "/repair/condition/1")]),
        ({'test = "done"\nfact = "performed_on"': 'test = "done"'},
         [("condition_incomplete", "/repair/condition/1/fact")]),
        ({'test = "minimum_publicity"': 'test = "minimum_publicity"\nfact = "decided_on"'},
         [("condition_out_of_place", "/repair/condition/0/fact")]),
        ({'never = ["revocation"]\n': ""}, [("condition_incomplete", "/repair/condition/3")]),
        ({'instead = "report"': 'instead = "proof"'}, [("material_unknown", "/repair/material/0/instead")]),
        ({'key = "report"': 'key = "commitment"'},
         [("material_unknown", "/repair/material/0/instead"), ("material_twice", "/repair/material/1")]),
        ({'barred_after = ["promise_broken_on"]': 'barred_after = ["never"]'},
         [("fact_unknown", "/repair/material/0/barred_after/0")]),
        ({'effect = "zero_points"': 'effect = "stop_use"'}, [("repair_without_points", "/repair/effect")]),
    ],
)  # fmt: skip
def test_what_cannot_work_is_found_in_its_place(changes: dict[str, str], expected: list[tuple[str, str]]) -> None:
    assert found(changes) == expected


def test_a_term_needs_a_calendar() -> None:
    assert found({}, head="") == [("calendar_missing", "/repair/clock"), ("calendar_missing", "/objection/clock")]


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({'decided_by = "finder"': 'decided_by = "anyone"'}, "not_a_choice", "/repair/decided_by"),
        ({"number = 3, unit": "number = 0, unit"}, "not_a_whole_number", "/repair/clock/accept/term/number"),
        ({'"months", counting = "from_day"': '"weeks", counting = "from_day"'}, "not_a_choice",
         "/repair/condition/2/term/unit"),
        ({'term = { number = 3, unit = "working_days", counting = "from_next_day" }':
          'term = { number = 3, unit = "working_days" }'}, "missing_key", "/repair/clock/accept/term/counting"),
        ({"most_mib = 10": "most_mib = 21"}, "not_a_whole_number", "/repair/material/0/most_mib"),
        ({'media_types = ["application/pdf"]': "media_types = []"}, "too_few", "/repair/material/0/media_types"),
        ({'extension = { number = 10, unit = "working_days" }': "extension = { number = 1, unit = 1 }"},
         "not_a_choice", "/repair/clock/decide/extension/unit"),
        ({'fact = "performed_on"': 'fact = "rumoured_on"'}, "not_a_choice", "/repair/condition/1/fact"),
        ({"suspends = false": 'suspends = "no"'}, "wrong_type", "/objection/suspends"),
        ({'lapse = "go_on"': 'lapse = "wait"'}, "not_a_choice", "/objection/clock/source/lapse"),
        ({'test = "done"\nfact = "performed_on"': 'test = "done"\nfact = "performed_on"\nlists = ["x"]'},
         "out_of_place", "/repair/condition/1/lists"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_its_place(changes: dict[str, str], code: str, pointer: str) -> None:
    with pytest.raises(EditionError) as refused:
        parse(repair_text(changes))
    assert [(one.code, one.pointer) for one in refused.value.findings] == [(code, pointer)]


WAITING = {"accept": "supplement_asked", "decide": "forwarded"}
"""Where a clock stands still: only a lapse can end it there, and the lint sees to that."""


@pytest.mark.parametrize(
    ("workflow", "slots"), [(REPAIR, repair.SLOTS), (OBJECTION, objection.SLOTS)], ids=["repair", "objection"]
)
def test_an_edition_may_end_a_clock_only_as_the_table_can(
    workflow: Workflow, slots: dict[str, tuple[str, ...]]
) -> None:
    assert set(slots) == workflow.clocks
    for slot, ends in slots.items():
        stops = [row for row in workflow.rows if any(move == ("stop", slot) for move in row.clocks)]
        running = {row.state for row in stops}
        assert running
        for end in set(ends) - {REMIND, ""}:
            still = set() if end == "lapse" else {WAITING.get(slot)}
            for state in running - still:
                assert "clock" in workflow.step(state, end).by, (slot, end, state)
                assert end == HAND_UP or any(move.clock == slot for move in workflow.step(state, end).clocks)
        assert START not in running
