"""docs/publicity.md names every state, act, edition and attribute that there is."""

import re
from pathlib import Path
from typing import get_args

from scoring.edition import parse
from scoring.edition.sections.deadlines import Act
from scoring.publicity import State
from service.cli.publishing import publicity_command
from tests.law_cases import shipped

PAGE = (Path(__file__).parents[3] / "docs" / "publicity.md").read_text(encoding="utf-8")
EDITIONS = [one for one in (parse(shipped.text(name)) for name in shipped.NAMES) if one.publicity is not None]


def test_states_are_those_of_the_table_and_acts_are_told() -> None:
    assert re.findall(r"^\| `(\w+)` \| (?:is|was)", PAGE, re.MULTILINE) == list(get_args(State))
    assert all(f"`{act}`" in PAGE for act in get_args(Act))


def test_every_shipped_edition_and_every_attribute_that_it_looks_at_is_told() -> None:
    for edition in EDITIONS:
        assert f"`{edition.id}`" in PAGE
        assert edition.publicity is not None
        assert edition.deadlines is not None
        matches = [
            *(one.match for one in edition.publicity.assignments),
            *(one.match for one in edition.publicity.exemptions),
            *(one.match for one in edition.deadlines.duties),
        ]
        conditions = [one for match in matches for one in (*match.when, *match.unless)]
        conditions += [one for each in edition.publicity.classes for one in each.unless]
        assert {one.attribute for one in conditions} <= set(re.findall(r"`(\w+)`", PAGE))


def test_every_command_is_shown() -> None:
    assert set(re.findall(r"^xinjian publicity (\w+)", PAGE, re.MULTILINE)) == set(publicity_command.commands)
