"""Finding one entity in the text of a frozen frame without reading all of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scoring.kernel.canonical import canonical
from scoring.sampling.rows import FrameRow
from service.inspections.draws.frozen_places import row_in

NAMES = st.text(st.sampled_from('ab["],\\:城é'), min_size=1, max_size=6)


@given(
    keys=st.dictionaries(NAMES, NAMES, min_size=1, max_size=6).filter(lambda one: len(set(one.values())) == len(one)),
    basis=NAMES,
    rated=st.booleans(),
    asked=NAMES,
)
def test_it_is_found_as_by_reading_the_whole_frame(
    *, keys: dict[str, str], basis: str, rated: bool, asked: str
) -> None:
    rows = [FrameRow(code, "cinema", "", 1, "out", "cap", basis) for code in keys]
    tiers = [[code, "A"] for code in keys] if rated else []
    text = canonical(
        {"frame": [list(row) for row in rows], "keys": [list(one) for one in keys.items()], "tiers": tiers}
    )
    for key in (*keys.values(), asked):
        found = next((row for row in rows if keys[row.code] == key), None)
        assert row_in(text.decode(), key) == (None if found is None else (found, "A" if rated else None))
