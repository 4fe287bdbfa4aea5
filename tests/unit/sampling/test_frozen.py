"""What a freeze makes of rows: order, salts by the page, roots, counts and sizes."""

from hashlib import sha256

import pytest

from scoring.kernel.canonical import canonical
from scoring.kernel.errors import LawError
from scoring.sampling.frozen import Frozen, committed_part, freeze, sized, weights_of
from scoring.sampling.rows import Avoid, FrameRow, RosterRow
from tests.builders.draws import material as m


def lp(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + part


def framed(tag: str, *parts: bytes) -> bytes:
    return sha256(lp(f"xinjian/draw/1/{tag}".encode()) + b"".join(map(lp, parts))).digest()


def ticket(key: bytes, label: str, x: str) -> bytes:
    return sha256(key + label.encode().ljust(32, b"\x00") + x.encode()).digest()


def tree(leaves: list[bytes]) -> bytes:
    """RFC 6962, by its own recursion: the largest power of two below the number of leaves on the left."""
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + tree(leaves[:left]) + tree(leaves[left:])).digest()


def frozen(avoids: dict[str, Avoid] | None = None) -> Frozen:
    return freeze("P1", m.SALT_KEY, m.entities(), m.avoidances(m.entities()) if avoids is None else avoids, people())


def people() -> list[RosterRow]:
    return m.inspectors()


def test_the_order_in_which_rows_are_given_has_no_effect() -> None:
    other = freeze("P1", m.SALT_KEY, m.entities()[::-1], m.avoidances(m.entities()), people()[::-1])
    assert other == frozen()
    assert [row.code for row in other.frame] == sorted(row.code for row in m.entities())
    assert [row.id for row in other.roster] == sorted(row.id for row in people())


def test_salts_are_those_of_the_page() -> None:
    s = framed("key", m.SALT_KEY, b"salt", b"P1")
    for row in frozen().frame:
        z = ticket(s, "salt", row.code)
        avoid = frozen().avoids[row.code]
        opened = canonical(["avoid", "P1", row.code, [*avoid.recused], [*avoid.last], z[16:].hex()])
        assert row.salt == z[:16].hex()
        assert row.avoid == sha256(b"\x00" + opened).hexdigest()
    for row in frozen().roster:
        assert row.salt == ticket(s, "inspector", row.id)[:16].hex()


def test_an_entity_of_which_nothing_is_known_avoids_nobody_by_a_row_of_its_own() -> None:
    without = frozen(avoids={})
    assert set(without.avoids.values()) == {Avoid()}
    assert len({row.avoid for row in without.frame}) == len(without.frame)


def test_another_part_or_salt_key_gives_other_salts_throughout() -> None:
    for other in (
        freeze("P2", m.SALT_KEY, m.entities(), {}, people()),
        freeze("P1", bytes(32), m.entities(), {}, people()),
    ):
        assert not {row.salt for row in other.frame} & {row.salt for row in frozen().frame}
        assert not {row.salt for row in other.roster} & {row.salt for row in frozen().roster}


def test_roots_sizes_and_counts_as_reckoned_by_hand() -> None:
    rows = frozen()
    part = committed_part(m.part(), rows)
    frame = [canonical(["frame", "P1", *row]) for row in rows.frame]
    roster = [canonical(["inspector", "P1", *row[:2], [*row.skills], *row[3:]]) for row in rows.roster]
    assert part["frame"] == {"root": tree(frame).hex(), "size": 23, "out": [["closed", 1], ["suspended", 1]]}
    assert part["roster"] == {"root": tree(roster).hex(), "size": 12}
    told = [[each[name] for name in ("stratum", "size", "draw", "reserves", "certain")] for each in part["strata"]]
    assert told == [["A", 14, 3, 2, 0], ["B", 7, 3, 2, 0]]  # 14/5 and 7·2/5 upwards; half of three upwards


def test_an_empty_frame_draws_nobody_and_still_has_a_root() -> None:
    part = committed_part(m.part(), freeze("P1", m.SALT_KEY, [], {}, []))
    assert part["frame"] == {"root": sha256(b"").hexdigest(), "size": 0, "out": []}
    assert [each["draw"] for each in part["strata"]] == [0, 0]


def test_a_total_below_the_number_of_strata_is_refused() -> None:
    terms = m.part(apportion={"method": "largest_remainder", "total": 1})
    with pytest.raises(LawError) as refused:
        committed_part(terms, frozen())
    assert refused.value.code == "total_below_strata"


def test_masked_weights_leave_what_they_would_give_as_it_is() -> None:
    rows = [FrameRow(f"E{n}", "cinema", "A", weight) for n, weight in enumerate((1, 1, 1, 9))]
    part = m.part(rows=rows, strata=[m.stratum("A", 1, 2, order="pareto")])
    part = committed_part(part, freeze("P1", m.SALT_KEY, rows, {}, people()))
    stratum = part["strata"][0]
    assert (stratum["draw"], stratum["certain"], stratum["weight_rest"]) == (2, 1, 3)  # 2·9 ≥ 12, then 1·1 < 3
    forged = {**part, "strata": [{**stratum, "certain": 2, "draw": 9}]}
    assert sized(forged, None)[0]["certain"] == 2
    assert sized(forged, weights_of(rows))[0]["certain"] == 1
    assert sized(forged, None)[0]["draw"] == 2
