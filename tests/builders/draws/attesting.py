"""Draws whose tickets are each part's own, and draws that several custodians attest."""

from scoring.sampling import outcome

from . import material as m
from .features import rotated
from .making import Change, Facts, Made, Recipe

CUSTODIANS = [("AU-01", "市审计局"), ("AU-02", "市公证处"), ("OP-11", m.AUTHORITY)]


def own_tickets() -> Recipe:
    """Two parts with the same entities, each with a key of its own: what one draws says nothing of the other."""
    recipe = rotated()
    for part in recipe.parts:
        part.terms |= {"tickets": "own", "rotation": [0, 1]}
    return recipe


def shared_where_own() -> Recipe:
    """The same commitment, drawn by the shared key."""
    made = Made(own_tickets())
    parts = [{**part, "tickets": "shared"} for part in made.commitment["parts"]]
    drawn = outcome.drawn({**made.commitment, "parts": parts}, made.frozen, made.seed)
    recipe = own_tickets()
    recipe.change["outcomes"] = lambda outcomes: outcomes.__setitem__(slice(None), drawn)
    return recipe


def attested(second: str = "") -> Recipe:
    """Two custodians of other organisations, each of whom has run the verifier; ``second``: another digest."""
    named = [{"id": one, "organisation": said} for one, said in CUSTODIANS]
    terms = m.terms(secret=[{**m.secret(m.DRAW), "custodians": named}])
    return Recipe(terms=terms, change={"entries": _attest(second)})


def _attest(second: str) -> Change:
    def hand(entries: list[Facts]) -> None:
        place = next(n for n, each in enumerate(entries) if each["kind"] == "attest")
        entries.insert(place + 1, {**entries[place], "by": "AU-02", "digest": second or entries[place]["digest"]})

    return hand
