"""What a seed makes of a frame, against tickets reckoned here from the page."""

from hashlib import sha256
from typing import Any

from scoring.sampling import outcome
from scoring.sampling.outcome import Outcome
from tests.builders.draws import material as m
from tests.builders.draws.features import closed, rotated
from tests.builders.draws.making import Made, Recipe

from .test_frozen import framed, ticket


def ordered(made: Made, codes: list[str]) -> list[str]:
    key = framed("key", made.seed, b"ticket", b"")
    return sorted(codes, key=lambda code: ticket(key, "ticket", code))


def outcome_of(recipe: Recipe, **part: object) -> list[Outcome]:
    for each in recipe.parts:
        each.terms |= part
    return Made(recipe).outcomes


def codes_of(found: Outcome) -> set[str]:
    return {code for (code,) in found.rows["drawn"]}


def test_the_seed_is_that_of_the_page() -> None:
    made = Made(Recipe())
    closing = bytes.fromhex(made.entropy["closing"])
    values = framed("entropy", _bytes_of(made.entropy["values"]))
    assert made.seed == framed("seed", closing, m.SECRET, values, (1).to_bytes(4, "big"))


def _bytes_of(values: list[dict[str, Any]]) -> bytes:
    (value,) = values
    return (
        f'[{{"chain":"{value["chain"]}","kind":"drand","round":{value["round"]},"signature":"{value["signature"]}"}}]'
    ).encode()


def test_the_first_by_ticket_are_drawn_and_the_next_are_reserves() -> None:
    made = Made(Recipe())
    rows = made.outcomes[0].rows
    for stratum, size in (("A", 3), ("B", 3)):
        order = ordered(made, [row.code for row in m.entities() if row.stratum == stratum])
        assert {code for (code,) in rows["drawn"]} & set(order) == set(order[:size])
        assert [row[1:] for row in rows["reserves"] if row[0] == stratum] == [[1, order[size]], [2, order[size + 1]]]
        key = framed("key", made.seed, b"ticket", b"")
        cuts = [f"{int.from_bytes(ticket(key, 'ticket', order[n]), 'big'):x}" for n in (size - 1, size + 1)]
        assert [row[1:] for row in rows["cuts"] if row[0] == stratum] == [cuts]


def test_nobody_who_is_out_is_drawn_kept_or_given_a_ticket() -> None:
    out = {row.code for row in m.entities() if row.state == "out"}
    for made in (Made(Recipe()), Made(closed())):
        assert not out & {cell for rows in made.outcomes[0].rows.values() for row in rows for cell in row[:3:2]}


def test_tickets_are_kept_for_all_where_rows_are_never_open_and_else_for_none() -> None:
    rows = Made(closed()).outcomes[0].rows["tickets"]
    assert [code for code, _ in rows] == sorted(row.code for row in m.entities() if row.state == "in")
    assert Made(Recipe()).outcomes[0].rows["tickets"] == []


def test_shared_tickets_draw_the_same_together_and_half_a_turn_apart_nobody_twice() -> None:
    ratio = {"apportion": {"method": "ratio"}}
    together = outcome_of(rotated(), rotation=[0, 1], **ratio)
    assert codes_of(together[0]) == codes_of(together[1])
    apart = outcome_of(rotated(), **ratio)
    assert apart[0].rows["cuts"] != apart[1].rows["cuts"]
    own = outcome_of(rotated(), rotation=[0, 1], tickets="own", **ratio)
    assert codes_of(own[0]) != codes_of(own[1])


def test_another_seed_draws_others_and_the_same_seed_the_same() -> None:
    made = Made(Recipe())
    again = outcome.drawn(made.commitment, made.frozen, made.seed)
    assert again == made.outcomes
    others = [outcome.drawn(made.commitment, made.frozen, sha256(bytes([n])).digest())[0] for n in range(30)]
    assert len({frozenset(codes_of(each)) for each in others}) > 25


def test_each_root_is_bound_to_its_rows() -> None:
    made = Made(closed())
    good = outcome.roots(made.outcomes[0], m.SALT_KEY)
    for name, field in outcome.ROOTS.items():
        rows = {each: [list(row) for row in lists] for each, lists in made.outcomes[0].rows.items()}
        rows[name].pop()
        other = outcome.roots(made.outcomes[0]._replace(rows=rows), m.SALT_KEY)
        assert {each for each in good if good[each] != other[each]} == {field}
    assert not set(outcome.roots(made.outcomes[0], bytes(32)).values()) & set(good.values())
