"""The kinds of penalty: what the shipped law looks at is among them, and they are told by name."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from scoring.rating.history import Event
from service.evidence.catalogue import Catalogue
from service.evidence.intake.acts import act_draft, act_of
from service.evidence.lifecycle import Known
from service.evidence.penalties import penalties_named, penalty_kinds
from tests.law_cases import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

EDITIONS = ("ndrc-36", "ndrc-58", "samr-45", "bj-credit-2024", "moct-7", "sz-credit-2023")
DAY = date(2026, 5, 6)


def named(table: Any, key: str = "") -> Iterator[str]:  # noqa: ANN401 - any part of a file
    """Every kind of penalty that a part of an edition names."""
    if isinstance(table, list):
        for one in table:
            yield from named(one, key)
    elif isinstance(table, dict):
        for name, value in table.items():
            if isinstance(value, list) and (name in {"penalty_kinds", "never"} or (key, name) == ("penalty", "kinds")):
                yield from value
            else:
                yield from named(value, name)


@pytest.mark.parametrize("name", EDITIONS)
def test_every_kind_that_a_shipped_edition_looks_at_is_in_the_catalogue(name: str) -> None:
    assert set(named(tomllib.loads(shipped.text(name)))) <= penalty_kinds().keys()


def test_shipped_editions_do_look_at_kinds() -> None:
    found = {one for name in EDITIONS for one in named(tomllib.loads(shipped.text(name)))}
    assert {"warning", "criticism", "revocation", "career_restriction"} <= found


def test_kinds_are_told_by_name_and_what_is_none_as_it_stands() -> None:
    assert penalties_named({"penalty_kinds": "warning、fine；没收"}, "zh") == "警告、罚款、没收"
    assert penalties_named({}, "zh") == ""


def test_a_correction_names_no_other_kinds_than_there_are() -> None:
    body = {"source": "cases", "source_ref": "c", "act": "correction", "acted_on": "2026-05-20", "reason": "r"}
    known = Known(Event("cases", "1", "penalty_fine", DAY), "penalty", None)
    nothing = Catalogue({}, {}, frozenset())
    at = "/changes/attributes/penalty_kinds"
    for said, faults in (("fine，revocation", []), ("fine, revoked", [(at, "revoked")])):
        draft = act_draft({**body, "changes": {"attributes": {"penalty_kinds": said}}})
        assert not isinstance(draft, list)
        found = act_of(draft, known, nothing, date(2026, 6, 1))
        told = found if isinstance(found, list) else []
        assert [(one.pointer, one.params["value"]) for one in told] == faults
