"""Draws made void, before their instant for any reason and after it for one of five, and those that replace them."""

from scoring.sampling import transcript
from scoring.sampling.bytes import digest
from scoring.sampling.certificate import certificate

from . import material as m
from .features import numbers
from .making import Facts, Made, PartRows, Recipe, entry_facts

SUPERIOR = "SJ-01"
EARLIER = m.INSTANT - 300_000
"""The instant of the earlier draw, by announced numbers: no other round of the chain is needed for it."""


def void_too_soon() -> Made:
    """A draw that is closed and becomes void half a day before its instant."""
    terms = m.terms(draw=m.BEFORE, frozen_at=m.INSTANT - 49_000, close_at=m.INSTANT - 42_000)
    return Made(Recipe(terms=terms, change={"closing": _closed_early}))


def _closed_early(closing: Facts) -> None:
    closing["closed_at"] = m.INSTANT - 42_000


def known_of_void() -> Facts:
    """What an entity could hold of that draw: the certificate of its row, commitment and closing in it."""
    public = transcript.public(void_too_soon().full(), lambda *_: True)
    return certificate(public, "P1", "E001", opened=False)


def after_free_void() -> Recipe:
    """The draw that replaces it: nothing was drawn, nothing is carried."""
    return Recipe(
        terms=m.terms(replaces=m.BEFORE, reason="wrong window of visits"),
        earlier=voided(void_too_soon(), at=m.INSTANT - 48_000, void_at=m.INSTANT - 30_000, reason="wrong window"),
    )


def numbered_before() -> Made:
    """The earlier draw, by announced numbers, to its end."""
    terms = numbers().terms
    for when in ("frozen_at", "close_at", "result_by", "publish_by"):
        terms[when] += EARLIER - m.INSTANT
    for when in ("instant", "deadline"):
        terms["attempts"][0][when] += EARLIER - m.INSTANT
    terms |= {"draw": m.BEFORE, "secret": [m.secret(m.BEFORE)]}
    terms["witnesses"] = m.witnesses(m.BEFORE, ("NO-01", "市公证处"), ("NO-02", "市律师协会"))
    recipe = numbers()
    recipe.parts = [PartRows(m.part(at=EARLIER))]
    recipe.terms, recipe.at = terms, EARLIER
    return Made(recipe)


def after_late_void(*, carries: bool = True, **void: str) -> Recipe:
    """The draw after that one was void once drawn: approved by the superior office; every entity drawn is carried."""
    before = numbered_before()
    drawn = {code for (code,) in before.outcomes[0].rows["drawn"]} if carries else set()
    rows = [row._replace(stratum="carried") if row.code in drawn else row for row in m.entities()]
    strata = [m.stratum("A", 1, 5), m.stratum("B", 2, 5)] + ([m.stratum("carried", 1, 1)] if carries else [])
    facts = {"reason": "court_order", "approved_by": SUPERIOR, **void}
    at = EARLIER - 18_000
    return Recipe(
        terms=m.terms(replaces=m.BEFORE, reason=facts["reason"]),
        parts=[PartRows(m.part(rows=rows, strata=strata), rows)],
        earlier=voided(before, at=at, void_at=EARLIER + 100_000, **facts),
    )


def voided(before: Made, *, at: int, void_at: int, **void: str) -> list[Facts]:
    """The entries of a draw that was committed and became void; one of them more where it was drawn."""
    said = digest(before.commitment)
    entries = [entry_facts("commitment", said, at, m.BEFORE)]
    if void_at > before.recipe.at:
        entries.append(entry_facts("result", digest(before.result), before.recipe.at + 600, m.BEFORE))
    return [*entries, entry_facts("void", said, void_at, m.BEFORE, **void)]
