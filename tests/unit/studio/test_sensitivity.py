"""What hangs on each number: every entity rated anew by the readable engine, with the number written by hand."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from scoring.edition.differing import sentence
from scoring.edition.parse import parse
from scoring.kernel.errors import EditionError
from scoring.rating.columnar import columns_of
from scoring.rating.explain import explain
from scoring.rating.history import EditionChain, Event, History
from service.studio.sensitivity import Moved, Sensitivity, Under, parameters, sensitivities
from service.studio.sensitivity.parameters import moved
from service.studio.sensitivity.together import together
from tests.builders.edition_text import edition_text, event_text
from tests.tidy.tree import ROOT, read

if TYPE_CHECKING:
    from collections.abc import Sequence

AS_OF = date(2026, 6, 30)
TEXT = edition_text(
    rating="low = -200\nwindow = { months = 12 } # not 24",
    event="points = -10",
    after=event_text("y", "points = -2.50") + event_text("never", "points = -40"),
)


def entity(name: str, *codes: str, days: int = 40) -> History:
    events = (Event("s", f"{name}{number}", code, AS_OF - timedelta(days=days)) for number, code in enumerate(codes))
    return History(name, "shop", tuple(events))


STOCK = (
    entity("clean"),
    entity("on the edge", "x", "x"),
    entity("over it", "x", "x", "y"),
    entity("half", "y"),
    entity("a year ago", "x", "x", "x", days=365 + 15),
)


def found_in(text: str, histories: Sequence[History] = STOCK) -> dict[str, Sensitivity]:
    chain = EditionChain((parse(text),))
    rows = sensitivities(text, [Under(columns_of(histories), chain)], AS_OF)
    return {text.splitlines()[row.parameter.line - 1]: row for row in rows}


def test_each_number_moves_those_whom_the_readable_engine_moves() -> None:
    """The text is written anew for every number, and every entity is explained before and after."""
    ranks = {"A": 0, "B": 1}
    for row in found_in(TEXT).values():
        for up, found in ((1, row.up), (-1, row.down)):
            lines = TEXT.splitlines()
            place = row.parameter.line - 1
            lines[place] = lines[place].replace(row.parameter.written, moved(row.parameter.written, up), 1)
            before, after = (
                [explain(one, EditionChain((parse(text),)), AS_OF).verdict for one in STOCK]
                for text in (TEXT, "\n".join(lines))
            )
            pairs = list(zip(before, after, strict=True))
            tiers = [(ranks[old.tier or ""], ranks[new.tier or ""]) for old, new in pairs]
            assert found == Moved(
                better=sum(new < old for old, new in tiers),
                worse=sum(new > old for old, new in tiers),
                totals=sum(old.total != new.total for old, new in pairs),
            )


def test_kinds_together_move_as_each_alone_also_where_a_number_is_of_one_of_them() -> None:
    """Two kinds have the same points by an override of each: together they are one stock until one's are changed."""
    override = """
[[rating.override]]
kinds = ["{kind}"]
[[rating.override.event]]
code = "z"
clause = "art. 1"
name = {{ zh = "事项", en = "Fact" }}
dimension = "d"
points = -30
"""
    text = TEXT + override.format(kind="bar") + override.format(kind="pub")
    chain = EditionChain((parse(text),))
    fined = entity("fined", "z", "x")
    stock = [
        Under(columns_of([each._replace(kind=kind) for each in (*STOCK, fined)]), chain)
        for kind in ("shop", "bar", "pub", "inn")
    ]
    assert [len(one.parts) for one in together([(part, np.zeros(6, np.int64)) for part in stock])] == [2, 2]
    whole = list(sensitivities(text, stock, AS_OF))
    alone = zip(*(list(sensitivities(text, [part], AS_OF)) for part in stock), strict=True)
    for row, parts in zip(whole, alone, strict=True):
        for side in ("up", "down"):
            apart = [getattr(part, side) for part in parts]
            assert getattr(row, side) == (None if None in apart else Moved(*map(sum, zip(*apart, strict=True))))
    assert [row.up.totals for row in whole if row.parameter.written == "-30"] == [1, 1]


def test_what_hangs_on_a_threshold_on_points_and_on_nothing() -> None:
    found = found_in(TEXT)
    assert set(found) == {
        "base = 100", "low = -200", "window = { months = 12 } # not 24", "at_least = 80", "points = -10",
        "points = -2.50", "points = -40",
    }  # fmt: skip
    assert found["at_least = 80"].up == Moved(worse=1), "who stood on the edge"
    assert found["points = -10"].down == Moved(worse=1, totals=2)
    assert found["window = { months = 12 } # not 24"].up == Moved(worse=1, totals=1)
    assert {line for line, row in found.items() if row.idle} == {"low = -200", "points = -40"}


def test_a_number_is_told_by_its_clause_and_what_it_becomes() -> None:
    change = found_in(TEXT)["at_least = 80"].parameter.up.change
    assert change.clause == "art. 1"
    assert sentence(change, start=date(2027, 1, 1), lang="en").endswith("at least: 80 → 81, from 2027-01-01")


def test_where_an_edition_cannot_have_the_number_so_it_says_why() -> None:
    row = found_in(edition_text(rating="window = { months = 1 }"))["window = { months = 1 }"]
    assert row.down is None
    assert row.parameter.down.edition is None
    assert row.parameter.down.refused
    assert row.up is not None


@pytest.mark.parametrize(
    ("written", "up", "down"),
    [
        ("3", "4", "2"), ("-3", "-2", "-4"), ("0", "1", "-1"), ("3.00", "4.00", "2.00"), ("0.5", "0.6", "0.4"),
        ("1.20", "1.30", "1.10"), ("-0.05", "-0.04", "-0.06"), ("9.9", "10.0", "9.8"), ("+1_000", "1001", "999"),
        ("0.1", "0.2", "0.0"), ("-0.1", "0.0", "-0.2"),
    ],
)  # fmt: skip
def test_a_unit_is_one_of_the_last_place_that_is_not_idle(written: str, up: str, down: str) -> None:
    assert (moved(written, 1), moved(written, -1)) == (up, down)


def test_in_a_shipped_edition_no_digit_of_a_text_date_or_comment_is_taken_for_a_number() -> None:
    text = read(ROOT / "scoring" / "editions" / "js-environment.toml")
    found = list(parameters(text))
    lines = text.splitlines()
    assert [lines[one.line - 1].partition(" = ")[0] for one in found[:3]] == ["base", "high", "window"]
    assert not any(lines[one.line - 1].startswith(("force_from", "id", "#", '"')) for one in found)
    written = [one.written for one in found if "severities" in lines[one.line - 1]]
    assert written == ["-2", "-3", "-6", "1", "2"]
    assert all(one.up.change.path and one.up.change != one.down.change for one in found)


def test_a_text_that_is_none_of_the_chain_is_refused() -> None:
    other = EditionChain((parse(TEXT.replace("base = 100", "base = 99")),))
    with pytest.raises(ValueError, match=r"none of the editions t\.1"):
        next(sensitivities(TEXT, [Under(columns_of(STOCK), other)], AS_OF))
    with pytest.raises(EditionError):
        next(parameters("base = 1"))
