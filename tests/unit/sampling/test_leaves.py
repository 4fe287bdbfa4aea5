"""The bytes of leaves and their salts, as the page gives them."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from scoring.kernel.canonical import canonical
from scoring.sampling import leaves
from scoring.sampling.bytes import h, ticket
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


def test_the_frame_leaf_of_the_known_answers() -> None:
    known = "9571d3fd48ed605d533f92efab509212dd015f3e56ec59621fda40ce569d3c58"
    assert sha256(b"\x00" + leaves.frame_leaf("P1", IN)).hexdigest() == known


def test_an_excluded_row_says_why_and_on_what_record() -> None:
    row = FrameRow(CODE, "culture", "", 1, "out", "closed", "REG-2027-0007", "a" * 64, "b" * 32)
    items = ["frame", "P1", CODE, "culture", "", 1, "out", "closed", "REG-2027-0007", "a" * 64, "b" * 32]
    assert leaves.frame_leaf("P1", row) == Whole(list(items)).bytes()


def test_the_avoidance_stands_in_the_frame_by_its_hash() -> None:
    avoid = Avoid(("P1", "P4"), ("P2",))
    items = ["avoid", "P1", CODE, ["P1", "P4"], ["P2"], "c" * 32]
    assert leaves.avoid_leaf("P1", CODE, avoid, "c" * 32) == Whole(list(items)).bytes()
    assert leaves.avoid_digest("P1", CODE, avoid, "c" * 32) == sha256(b"\x00" + Whole(list(items)).bytes()).hexdigest()


def test_every_entity_has_an_avoidance_row_even_an_empty_one() -> None:
    assert leaves.avoid_leaf("P1", CODE, Avoid(), "c" * 32) == f'["avoid","P1","{CODE}",[],[],"{"c" * 32}"]'.encode()


def test_an_inspector_has_ten_items() -> None:
    row = RosterRow("OP-09", "110000", ("food", "lead"), 6, 2, "2026-01-01", "2028-12-31", "d" * 32)
    items = ["inspector", "P1", "OP-09", "110000", ["food", "lead"], 6, 2, "2026-01-01", "2028-12-31", "d" * 32]
    assert leaves.inspector_leaf("P1", row) == Whole(list(items)).bytes()


def test_the_leaves_of_a_result() -> None:
    assert leaves.drawn_leaf("P1", CODE, "e") == Whole(["drawn", "P1", CODE, "e"]).bytes()
    assert leaves.reserve_leaf("P1", "A", 1, CODE, "e") == Whole(["reserve", "P1", "A", 1, CODE, "e"]).bytes()
    assert leaves.team_leaf("P1", CODE, ["P2", ""], "e") == Whole(["team", "P1", CODE, ["P2", ""], "e"]).bytes()
    assert leaves.cut_leaf("P1", "A", "certain", "", "e") == Whole(["cut", "P1", "A", "certain", "", "e"]).bytes()
    assert leaves.ticket_leaf("P1", CODE, 0x0AB, "e") == Whole(["ticket", "P1", CODE, "ab", "e"]).bytes()


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


@given(TEXT, TEXT, TEXT, TEXT, st.integers(1, 2**32 - 1))
def test_a_leaf_is_canonical_whatever_the_text(part: str, kind: str, reason: str, salt: str, weight: int) -> None:
    row = FrameRow(CODE, kind, "A", weight, "in", reason, "", "", salt)
    items = ["frame", part, CODE, kind, "A", weight, "in", reason, "", "", salt]
    assert leaves.frame_leaf(part, row) == Whole(list(items)).bytes()


def test_salts_come_from_the_key_of_the_draw_and_the_part() -> None:
    s = leaves.part_salt(K, "P1")
    assert s == h("key", K, "salt", "P1")
    z = ticket(s, "salt", CODE.encode()).hex()
    assert leaves.entity_salts(s, [CODE, "A-1"])[0] == (z[:32], z[32:])
    assert leaves.inspector_salt(s, "OP-09") == ticket(s, "inspector", b"OP-09").hex()[:32]
    assert leaves.result_salt(s, "cut", "A") == ticket(s, "cut", b"A").hex()[:32]


def test_no_salt_serves_twice() -> None:
    one, other = leaves.part_salt(K, "P1"), leaves.part_salt(K, "P2")
    trees: tuple[leaves.ResultTree, ...] = ("drawn", "reserve", "team", "cut", "ticket")
    salts = [leaves.result_salt(s, tree, CODE) for s in (one, other) for tree in trees]
    salts += [salt for s in (one, other) for salt in leaves.entity_salts(s, [CODE])[0]]
    salts += [leaves.inspector_salt(s, CODE) for s in (one, other)]
    assert len(set(salts)) == len(salts)
