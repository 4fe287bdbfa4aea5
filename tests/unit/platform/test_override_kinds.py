"""Every kind of override is written down somewhere, and what a room may decide in several ways has a kind for each."""

from __future__ import annotations

import re

from service.evidence.intake.acts import EFFECTS
from service.inspections.draws.standing import REASONS
from service.platform import override_kinds
from tests.tidy.tree import python_files, read

RIGHTS = {"dispute", "dispute_closed"}
"""Acts that stay the right of the entity: no one's leave is asked."""
ONE_BY_ONE = re.compile(r'note_override\(\s*[\w.]+,\s*"(\w+)"')


def test_every_kind_is_written_down_by_some_act_and_every_act_has_its_kind() -> None:
    named = {kind for path in python_files("service") for kind in ONE_BY_ONE.findall(read(path))}
    records = {f"record_{act}" for act in EFFECTS if act not in RIGHTS}
    draws = {f"draw_{kind}" for kind in REASONS}
    assert set(override_kinds()) == named | records | draws


def test_every_kind_is_of_one_of_the_four_and_has_both_names() -> None:
    for kind in override_kinds().values():
        assert kind.of in {"draw", "tier", "deadline", "cap"}, kind
        assert kind.zh, kind
        assert kind.en, kind
