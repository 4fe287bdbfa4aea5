"""The draws that every verifier must accept, one for each feature of the protocol."""

from typing import Any, NamedTuple

from scoring.sampling import transcript
from scoring.sampling.bytes import digest
from scoring.sampling.certificate import certificate
from scoring.sampling.rows import FrameRow

from . import material as m
from .following import followed, void_before, void_recipe, void_recipe_with_total
from .making import Facts, Made, PartRows, Recipe, written


class Vector(NamedTuple):
    """A file, and what the caller of the verifier brings along (names of options, as the command takes them)."""

    data: bytes
    options: dict[str, Any] = {}  # noqa: RUF012 -- never changed


def anchors(made: Made) -> dict[str, Any]:
    """What a stranger noted before the instant, and fetched after it."""
    closing = next(each for each in made.register if each["kind"] == "closing")
    return {
        "commitment": digest(made.commitment),
        "head": f"{digest(closing)}@{m.INSTANT - 1000}",
        "beacon": [m.SIGNATURE],
        "snapshot": [m.snapshot_bytes(m.entities()).decode()],
        "now": m.INSTANT + 600_000,
    }


def weighted_rows() -> list[FrameRow]:
    """A stratum of unequal weights, the largest of which is certain."""
    weights = [1, 2, 3, 4, 5, 6, 7, 8, 400, 1, 2, 3, 4, 5]
    rows = m.entities()
    return [row._replace(weight=weights[n]) if row.stratum == "A" else row for n, row in enumerate(rows)]


def weighted() -> Recipe:
    rows = weighted_rows()
    strata = [m.stratum("A", 1, 2, order="pareto"), m.stratum("B", 2, 5)]
    return Recipe(parts=[PartRows(m.part(rows=rows, strata=strata), rows)])


def rotated() -> Recipe:
    """Two authorities in one commitment, half a turn apart, one total shared out."""
    other = m.part(
        "P2",
        authority=m.PARTNER,
        approved_by="XF-01",
        rotation=[1, 2],
        apportion={"method": "largest_remainder", "total": 6},
    )
    people = m.inspectors("Q", 6, m.PARTNER)
    return Recipe(parts=[PartRows(), PartRows(other, m.entities(), people, {})])


def fallback() -> Recipe:
    """The secret was missing by the deadline: the second attempt uses none."""
    first = m.attempt(sources=[{**m.DRAND, "round": 400}], instant=m.INSTANT - 1800, deadline=m.INSTANT - 600)
    second = m.attempt(when="secret_missing", secret=False, deadline=m.INSTANT + 3600)
    failed = [{"attempt": 1, "reason": "secret_missing", "evidence": m.evidence("minutes")}]
    earlier = {"frozen_at": m.INSTANT - 20_000, "close_at": m.INSTANT - 12_000}
    return Recipe(
        terms=m.terms(attempts=[first, second], **earlier),
        attempt=2,
        failed=failed,
        change={"entropy": _fallback_times},
    )


def _fallback_times(entropy: Facts) -> None:
    for each in entropy["entered"]:
        each["at"] -= 40_000


def numbers(count: int = 3, *, twice: bool = False) -> Recipe:
    """Announced numbers and two witnesses of other organisations in place of a signed beacon."""
    sources: list[Facts] = [
        {"kind": "balls", "name": f"welfare-{n}", "day": "2023-08-23", "count": 7, "range": [1, 49], "sorted": True}
        for n in range(1, count + 1)
    ]
    sources += sources[:1] if twice else []
    values: list[Facts] = [
        {"kind": "balls", "name": each["name"], "values": [3, 9, 14, 20 + n, 31, 40, 48]}
        for n, each in enumerate(sources)
    ]
    named = m.witnesses(m.DRAW, ("NO-01", "市公证处"), ("NO-02", "市律师协会"))
    terms = m.terms(attempts=[m.attempt(sources=sources)], witnesses=named, witness_min=2)
    revealed = {"NO-01": m.WITNESS_VALUE, "NO-02": m.WITNESS_VALUE}
    return Recipe(terms=terms, values=values, revealed=revealed)


def short() -> Recipe:
    """Two inspectors for many seats: some stay empty, and no assignment could fill them."""
    return Recipe(parts=[PartRows(roster=m.inspectors(count=2, cap=2))])


def short_of_leads() -> Recipe:
    """One who leads and could go everywhere, one who goes with him twice: nobody leads where he is recused."""
    leads, goes, *_ = m.inspectors(cap=40)
    return Recipe(parts=[PartRows(roster=[leads, goes._replace(cap=2)])])


def opened() -> Recipe:
    """No secret: names are open at the beacon."""
    terms = m.terms(names="open", secret=[], attempts=[m.attempt(secret=False)])
    return Recipe(terms=terms)


def closed() -> Recipe:
    """Rows that are never open to the public: tickets are fixed in the result."""
    return Recipe(terms=m.terms(rows="none"))


def weak() -> Recipe:
    """Lawful and weak: no witness, no custodian elsewhere, a narrow stratum, few who are fit."""
    secret = m.secret(m.DRAW)
    terms = m.terms(witnesses=[], witness_min=0, secret=[{**secret, "custodians": secret["custodians"][1:]}])
    rows = m.entities(second=4)
    return Recipe(terms=terms, parts=[PartRows(m.part(rows=rows), rows, m.inspectors(count=6))], revealed={})


def masked(made: Made) -> Facts:
    """The public view in which only the drawn and their teams are named."""
    return transcript.public(made.full(), lambda name, _: name in {"drawn", "teams"})


def accepted() -> dict[str, Vector]:
    """Every file that must be accepted, by name."""
    plain = Made(Recipe())
    full, two, closed_rows = plain.full(), Made(rotated()), Made(closed())
    public = transcript.public(full, lambda *_: True)
    first_drawn = plain.outcomes[0].rows["drawn"][0][0]
    not_drawn = next(row.code for row in plain.frozen[0].frame if [row.code] not in plain.outcomes[0].rows["drawn"])
    closed_public = transcript.public(closed_rows.full(), lambda name, _: name in {"drawn", "teams"})
    files: dict[str, Facts] = {
        "plain": full,
        "public": public,
        "masked": masked(plain),
        "two_parts_rotation": two.full(),
        "weights": Made(weighted()).full(),
        "fallback": Made(fallback()).full(),
        "numbers": Made(numbers()).full(),
        "short": Made(short()).full(),
        "short_of_leads": Made(short_of_leads()).full(),
        "names_open": Made(opened()).full(),
        "rows_none_full": closed_rows.full(),
        "rows_none_public": closed_public,
        "weak": Made(weak()).full(),
        "log": followed().full(),
        "certificate_drawn": certificate(public, "P1", first_drawn, opened=True),
        "certificate_not_drawn": certificate(public, "P1", not_drawn, opened=True),
        "certificate_excluded": certificate(public, "P1", "E022", opened=True),
        "certificate_before_opening": certificate(public, "P1", not_drawn, opened=False),
        "certificate_rows_none": certificate(
            transcript.public(closed_rows.full(), lambda *_: True), "P1", not_drawn, opened=True
        ),
    }
    found = {name: Vector(written(made)) for name, made in files.items()}
    found["anchored"] = Vector(written(full), anchors(plain))
    found["void_before"] = Vector(written(void_before().full()))
    for name, recipe in (("carried_after_void", void_recipe()), ("carried_beside_a_total", void_recipe_with_total())):
        found[name] = Vector(written(Made(recipe).full()), {"previous": "accept/void_before.json"})
    return found
