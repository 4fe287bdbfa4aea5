"""Kinds that are rated alike are rated together to the same answers, and others stay alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from scoring.rating.columnar import Coded, columns_of
from service.studio.backtest.merging import Merged
from service.studio.backtest.past import Layer, Origin
from service.studio.backtest.seen import Asked, seen_at
from service.studio.stock import Holding, alike
from tests.builders import sample_town

if TYPE_CHECKING:
    from service.studio.backtest.past import Past

KINDS = ("cinema", "performing_troupe", "net_cafe")


class Apart:
    """A town whose places hold one of three kinds each; of the last nobody has an attribute or a severity."""

    kinds = KINDS

    def of(self, kind: str, *, with_branches: bool = False) -> Layer:  # noqa: ARG002 - nobody has branches
        place = KINDS.index(kind)
        mine = [(n, one) for n, one in enumerate(sample_town.town(300).histories) if n % len(KINDS) == place]
        histories = [one._replace(kind=kind) for _, one in mine]
        if kind == KINDS[-1]:
            histories = [
                one._replace(attributes={}, events=tuple(each._replace(severity=None) for each in one.events))
                for one in histories
            ]
        columns = columns_of(histories)
        if kind == KINDS[1]:
            columns = replace(columns, events=replace(columns.events, annulled_on=None))
        texts = (("a", "b"), ("b", "c"), ("c",))[place]
        region = np.sort(np.arange(len(mine)) % len(texts)).astype(np.int32)
        coded = Coded(texts, region)
        return Layer(Holding(columns, np.array([n for n, _ in mine]), coded, coded), columns.events.decided_on)


def test_together_everybody_stands_where_he_stands_alone() -> None:
    chain = sample_town.chain()
    section = chain.editions[0].rating_for("cinema")
    clauses = {
        clause: place
        for place, clause in enumerate(
            sorted({rule.clause for one in chain.editions[0].ratings.values() for rule in one.rules.values()})
        )
    }
    asked = Asked("bj-culture", section.tiers, clauses, 24)
    apart: Past = Apart()
    merged = Merged(apart, chain.editions)
    assert merged.kinds == ("cinema", "net_cafe")
    for day in (date(2023, 5, 1), date(2026, 1, 1)):
        origin = Origin(day, day.toordinal())
        alone, together = (seen_at(past, lambda *_: chain, origin, asked) for past in (apart, merged))
        assert len(alone.ids) > 200
        for one, other in zip(alone, together, strict=True):
            np.testing.assert_array_equal(one, other)


def test_a_kind_that_an_edition_does_not_name_stays_apart() -> None:
    edition = sample_town.chain().editions[0]
    narrower = replace(edition, kinds=("cinema",))
    assert alike(("cinema", "performing_troupe"), [edition]) == {"cinema": ["cinema", "performing_troupe"]}
    assert alike(("cinema", "performing_troupe"), [edition, narrower]) == {
        "cinema": ["cinema"],
        "performing_troupe": ["performing_troupe"],
    }
