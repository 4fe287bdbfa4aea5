"""The protocol's known answers (§13), and those of the standards below it, in JavaScript."""

from __future__ import annotations

import hashlib

import pytest

from .node import LINES, reckoned

K = "const k = Uint8Array.from({ length: 32 }, (_, i) => i);"
TICKET_KEY = "fe72256e495428acf608b1053a090316d070097ef7c7ae55386ce2602142843b"
ROUND_1000 = next(line for line in LINES if line["file"] == "accept/anchored.json")["options"]["beacon"][0]
CHAIN = "Object.values(v.CHAINS)[0]"


@pytest.mark.parametrize("length", [0, 1, 55, 56, 63, 64, 65, 119, 120, 128, 1000, 100_000])
def test_sha256_is_sha256(length: int) -> None:
    told = reckoned(f"tell(v.toHex(v.sha256(Uint8Array.from({{ length: {length} }}, (_, i) => i % 251))))")
    assert told == hashlib.sha256(bytes(i % 251 for i in range(length))).hexdigest()


def test_keys_tickets_leaves_and_commitments() -> None:
    told = reckoned(
        K
        + """
        const key = v.H("key", k, "ticket", "");
        const zeros = (n) => "0".repeat(n);
        tell([
          key, v.T(key, "ticket", "91110000101623741K"), v.T(key, "ticket", "911101066976941872"),
          v.leafHash(["frame", "P1", "91110000101623741K", "culture", "A", 1, "in", "", "", zeros(64), zeros(32)]),
          v.H("secret", "110000-2027-00012", "OP-09", k),
        ].map(v.toHex))"""
    )
    assert told == [
        TICKET_KEY,
        "9ca7213a2d90e129d1d7949ef1e3a617e1de81a133a4e111cb06b83bd7e9748f",
        "3e25e00dd65c4c320b9b8da000464690676ee4c1f2d46d2f291a85869120c0bb",
        "9571d3fd48ed605d533f92efab509212dd015f3e56ec59621fda40ce569d3c58",
        "0b794485961f94e3b881738b6e7a287c7bee6bf0b1e14505a986be8982f0501c",
    ]


def test_a_turned_ticket_and_a_weighted_key() -> None:
    turned, weighted = reckoned(
        K
        + """
        const u = (num, den) => v.turnedTickets(k, { tickets: "shared", rotation: [num, den] })("91110000101623741K");
        tell([u(1, 3).toString(16), v.paretoKey(u(0, 1), 3n, 5n, 40n).toString(2)])"""
    )
    assert turned == "f1fc768f82e6367f272ce9f44738fb6d3733d6f688fa3667205c0d912d3ec9e4"
    assert len(weighted) == 580
    assert f"{int(weighted, 2):x}".startswith("d23e37eebb617031c4374e08")


def test_a_ticket_s_message_has_at_most_55_bytes() -> None:
    told = reckoned(
        K
        + """
        const tried = (n) => { try { v.T(k, "ticket", "A".repeat(n)); return "made"; } catch (e) { return e.name; } };
        tell([tried(55), tried(56)])"""
    )
    assert told == ["made", "RangeError"]


def test_sizes_of_strata() -> None:
    told = reckoned("""
        const size = (num, den, N) => v.sizeByRatio(N, { ratio: [num, den], round: "up", at_least: 0 });
        const strata = [[3000, 1], [700, 5], [90, 10], [3, 30]].map(
          ([size, num], i) => ({ stratum: "ABCD"[i], size, ratio: [num, 100] }));
        const shared = [...v.sizesByLargestRemainder(strata, 40).values()];
        tell([size(1, 100, 40), size(30, 100, 721), size(0, 1, 9), shared])""")
    assert told == [1, 217, 0, [16, 18, 5, 1]]


def test_teams_of_three_visits() -> None:
    told = reckoned(
        K
        + """
        const person = (id) => ({
          id, authority: "", skills: id < "P3" ? ["lead"] : [], cap: 2, load: 0, from: "2027-01-01", to: "2027-12-31",
        });
        const visit = (code, recused, last) => ({ code, recused, last });
        const staffing = new v.Staffing({
          ka: k, window: ["2027-03-01", "2027-03-31"],
          seats: [{ authority: "", skills: ["lead"] }, { authority: "", skills: [] }],
          roster: ["P1", "P2", "P3", "P4", "P5"].map(person),
          visits: [visit("E1", [], ["P2"]), visit("E2", ["P1"], []), visit("E3", [], [])],
        });
        const { teams, short } = new v.Assignment(staffing).result();
        tell([staffing.people.map((one) => one.id), [...teams], short])"""
    )
    assert told == [
        ["P1", "P2", "P4", "P5", "P3"],
        [["E2", ["P2", "P4"]], ["E1", ["P1", "P5"]], ["E3", ["P2", "P3"]]],
        [],
    ]


def test_trees_of_rfc_6962() -> None:
    told = reckoned("""
        const leaves = (n) => Array.from({ length: n }, (_, i) => v.sha256(Uint8Array.of(0, i)));
        tell([0, 1, 2, 3, 5].map((n) => v.toHex(v.treeRoot(leaves(n)))))""")

    def root(leaves: list[bytes]) -> bytes:
        if not leaves:
            return hashlib.sha256(b"").digest()
        if len(leaves) == 1:
            return hashlib.sha256(b"\0" + leaves[0]).digest()
        half = 1
        while half * 2 < len(leaves):
            half *= 2
        return hashlib.sha256(b"\1" + root(leaves[:half]) + root(leaves[half:])).digest()

    assert told == [root([bytes([i]) for i in range(n)]).hex() for n in (0, 1, 2, 3, 5)]


def test_a_beacon_s_signature_is_checked_by_its_own_pairing() -> None:
    told = reckoned(f"""
        const sign = "{ROUND_1000}";
        const infinity = "c0" + "0".repeat(94);
        const turned = "9" + sign.slice(1);
        const tried = [[1000, sign], [1001, sign], [1000, turned], [1000, infinity], [1000, "f".repeat(96)]];
        tell(tried.map(([round, s]) => v.wrongSignature({CHAIN}, round, s)?.[1] ?? ""))""")
    assert told[0] == ""
    assert told[1] == "not the signature of this round"
    assert told[2] == "not the signature of this round"
    assert told[3:] == ["not a canonical point of the curve"] * 2
