"""The bytes of leaves and their salts, as the page gives them."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from scoring.kernel.canonical import canonical
from scoring.sampling import leaves
from scoring.sampling.bytes import h, ticket
from scoring.sampling.frozen import freeze
from scoring.sampling.rows import Avoid, FrameRow, RosterRow

K = bytes(range(32))
CODE = "91110000101623741K"
IN = FrameRow(CODE, "culture", "A", avoid="0" * 64, salt="0" * 32)


@dataclass(frozen=True)
class Whole:
    """What a leaf must be, as canonical JSON of this list."""

    items: list[object]

    def bytes(self) -> bytes:
        return canonical(self.items)


def leaf(tree: str, part: str, *row: object) -> bytes:
    (found,) = leaves.leaves_of(tree, part, [row])
    return found


def test_the_frame_leaf_of_the_known_answers() -> None:
    known = "9571d3fd48ed605d533f92efab509212dd015f3e56ec59621fda40ce569d3c58"
    assert sha256(b"\x00" + leaf("frame", "P1", *IN)).hexdigest() == known


def test_an_excluded_row_says_why_and_on_what_record() -> None:
    row = FrameRow(CODE, "culture", "", 1, "out", "closed", "REG-2027-0007", "a" * 64, "b" * 32)
    items = ["frame", "P1", CODE, "culture", "", 1, "out", "closed", "REG-2027-0007", "a" * 64, "b" * 32]
    assert leaf("frame", "P1", *row) == Whole(list(items)).bytes()


def test_the_avoidance_stands_in_the_frame_by_its_hash() -> None:
    avoid = Avoid(("P1", "P4"), ("P2",))
    items = ["avoid", "P1", CODE, ["P1", "P4"], ["P2"], "c" * 32]
    assert leaf("avoid", "P1", CODE, *avoid, "c" * 32) == Whole(list(items)).bytes()
    ((_, salt2),) = leaves.entity_salts(leaves.part_salt(K, "P1"), [CODE])
    (row,) = freeze("P1", K, [IN], {CODE: avoid}, []).frame
    assert row.avoid == sha256(b"\x00" + Whole([*items[:-1], salt2]).bytes()).hexdigest()


def test_every_entity_has_an_avoidance_row_even_an_empty_one() -> None:
    assert leaf("avoid", "P1", CODE, *Avoid(), "c" * 32) == f'["avoid","P1","{CODE}",[],[],"{"c" * 32}"]'.encode()


def test_an_inspector_has_ten_items() -> None:
    row = RosterRow("OP-09", "110000", ("food", "lead"), 6, 2, "2026-01-01", "2028-12-31", "d" * 32)
    items = ["inspector", "P1", "OP-09", "110000", ["food", "lead"], 6, 2, "2026-01-01", "2028-12-31", "d" * 32]
    assert leaf("inspector", "P1", *row) == Whole(list(items)).bytes()


def test_the_leaves_of_a_result() -> None:
    assert leaf("drawn", "P1", CODE, "e") == Whole(["drawn", "P1", CODE, "e"]).bytes()
    assert leaf("reserve", "P1", "A", 1, CODE, "e") == Whole(["reserve", "P1", "A", 1, CODE, "e"]).bytes()
    assert leaf("team", "P1", CODE, ["P2", ""], "e") == Whole(["team", "P1", CODE, ["P2", ""], "e"]).bytes()
    assert leaf("cut", "P1", "A", "certain", "", "e") == Whole(["cut", "P1", "A", "certain", "", "e"]).bytes()
    assert leaf("ticket", "P1", CODE, "ab", "e") == Whole(["ticket", "P1", CODE, "ab", "e"]).bytes()


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


@given(TEXT, TEXT, TEXT, TEXT, st.integers(1, 2**32 - 1))
def test_a_leaf_is_canonical_whatever_the_text(part: str, kind: str, reason: str, salt: str, weight: int) -> None:
    row = FrameRow(CODE, kind, "A", weight, "in", reason, "", "", salt)
    items = ["frame", part, CODE, kind, "A", weight, "in", reason, "", "", salt]
    assert leaf("frame", part, *row) == Whole(list(items)).bytes()


ITEM = st.text(st.sampled_from('\n\0\\,"[]nul文') | st.characters(exclude_categories=["Cs"]), max_size=6)
ROW = st.lists(ITEM | st.integers(-(2**53) + 1, 2**53 - 1) | st.lists(ITEM, max_size=3), max_size=4)


@given(ITEM, st.lists(ROW, max_size=4))
def test_rows_written_at_once_come_apart_where_they_end(part: str, rows: list[list[object]]) -> None:
    expected = [Whole(["team", part, *row]).bytes() for row in rows]
    assert list(leaves.leaves_of("team", part, rows)) == expected


def test_more_rows_than_are_written_at_once_all_have_their_leaf() -> None:
    rows = [(CODE, str(number)) for number in range(9000)]
    assert list(leaves.leaves_of("drawn", "P1", rows)) == [Whole(["drawn", "P1", *row]).bytes() for row in rows]
    assert list(leaves.leaves_of("drawn", "P1", [])) == []


def test_salts_come_from_the_key_of_the_draw_and_the_part() -> None:
    s = leaves.part_salt(K, "P1")
    assert s == h("key", K, "salt", "P1")
    z = ticket(s, "salt", CODE.encode()).hex()
    assert leaves.entity_salts(s, [CODE, "A-1"])[0] == (z[:32], z[32:])
    assert leaves.inspector_salt(s, "OP-09") == ticket(s, "inspector", b"OP-09").hex()[:32]
    assert leaves.result_salts(s, "cut", ["B", "A"])[1] == ticket(s, "cut", b"A").hex()[:32]


def test_no_salt_serves_twice() -> None:
    one, other = leaves.part_salt(K, "P1"), leaves.part_salt(K, "P2")
    trees: tuple[leaves.ResultTree, ...] = ("drawn", "reserve", "team", "cut", "ticket")
    salts = [salt for s in (one, other) for tree in trees for salt in leaves.result_salts(s, tree, [CODE])]
    salts += [salt for s in (one, other) for salt in leaves.entity_salts(s, [CODE])[0]]
    salts += [leaves.inspector_salt(s, CODE) for s in (one, other)]
    assert len(set(salts)) == len(salts)
