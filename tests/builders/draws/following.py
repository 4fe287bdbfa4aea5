"""Draws with a life after the draw: a log of events, and a void draw with the one that carries what it owes."""

from scoring.sampling.bytes import digest
from scoring.sampling.staffing import stand_in

from . import material as m
from .making import Facts, Made, PartRows, Recipe, entry_facts


def event(kind: str, subject: str, seat: int, **other: str) -> Facts:
    """The facts of an event in part P1."""
    known: Facts = {
        "draw": m.DRAW,
        "part": "P1",
        "kind": kind,
        "subject": subject,
        "seat": seat,
        "evidence": m.evidence(subject),
        "by": "OP-06",
        "approved_by": "OP-02",
        "at": m.INSTANT + 100_000,
    }
    return {**known, **other}


def followed() -> Made:
    """A replacement by the next reserve, a committed step, an inspector who left and the next who stepped in."""
    plain = Made(Recipe())
    rows = plain.outcomes[0].rows
    gone = next(code for (code,) in rows["drawn"] if code <= "E014")
    reserves = [code for stratum, _, code in rows["reserves"] if stratum == "A"]
    teams = {code: list(ids) for code, ids in rows["teams"]}
    teams[reserves[0]] = teams.pop(gone)
    teams[reserves[1]] = ["", ""]
    leaver = teams[reserves[0]][1]
    parts, frozen = plain.commitment["parts"][0], plain.frozen[0]
    comes = stand_in(parts, frozen, teams, left={leaver}, seat=(reserves[0], 1), seed=plain.seed)
    events = [
        event("replace", "A", 0, **{"from": gone, "to": reserves[0], "reason": "unreachable"}),
        event("extend", "A", 0, **{"from": reserves[1], "to": reserves[1], "reason": "step"}),
        event("step_in", reserves[0], 1, **{"from": leaver, "to": comes, "reason": "recusal"}),
    ]
    return Made(Recipe(events=events))


def void_before() -> Made:
    """The draw that becomes void: the same rows under another number."""
    return Made(Recipe(terms=m.terms(draw=m.BEFORE, task="T07")))


def void_recipe() -> Recipe:
    """The draw that replaces it: every entity drawn then is carried, and drawn again."""
    before = void_before()
    drawn = {code for (code,) in before.outcomes[0].rows["drawn"]}
    rows = [row._replace(stratum="carried") if row.code in drawn else row for row in m.entities()]
    strata = [m.stratum("A", 1, 5), m.stratum("B", 2, 5), m.stratum("carried", 1, 1)]
    part = PartRows(m.part(rows=rows, strata=strata), rows)
    said = digest(before.commitment)
    earlier = [
        entry_facts("commitment", said, m.INSTANT - 60_000, m.BEFORE),
        entry_facts("void", said, m.INSTANT - 30_000, m.BEFORE, reason="frame_unlawful"),
    ]
    return Recipe(terms=m.terms(replaces=m.BEFORE, reason="frame_unlawful"), parts=[part], earlier=earlier)


def void_recipe_with_total() -> Recipe:
    """The same where a total is shared out: who is carried is drawn whole, and beside it."""
    recipe = void_recipe()
    recipe.parts[0].terms["apportion"] = {"method": "largest_remainder", "total": 3}
    return recipe


def extended() -> Made:
    """A committed step whose visit begins with empty seats; stand-ins of its own order fill them, seat by seat."""
    plain = Made(Recipe())
    taken = next(code for stratum, _, code in plain.outcomes[0].rows["reserves"] if stratum == "A")
    teams = {code: list(ids) for code, ids in plain.outcomes[0].rows["teams"]} | {taken: ["", ""]}
    events = [event("extend", "A", 0, **{"from": taken, "to": taken, "reason": "step"})]
    for seat in range(2):
        teams[taken][seat] = comes = _next_for(plain, teams, taken, seat)
        events.append(event("step_in", taken, seat, **{"from": "", "to": comes, "reason": "extension"}))
    return Made(Recipe(events=events))


def taken_over() -> Made:
    """A reserve that recuses a holder of the team it takes over: he is stood in for at once, as unfit there."""
    for number in range(200):
        terms = m.terms(title=f"2023年文化市场双随机检查（{number}）")
        plain = Made(Recipe(terms=terms))
        rows = plain.outcomes[0].rows
        comes = next(code for stratum, _, code in rows["reserves"] if stratum == "A")
        recused = plain.frozen[0].avoids[comes].recused
        for gone, team in rows["teams"]:
            seat = next((n for n, one in enumerate(team) if one in recused), None)
            if gone <= "E014" and seat is not None:
                return _taken(plain, terms, (gone, comes), seat)
    raise AssertionError("no draw in which a reserve recuses a holder")


def _taken(plain: Made, terms: Facts, names: tuple[str, str], seat: int) -> Made:
    gone, comes = names
    teams = {code: list(ids) for code, ids in plain.outcomes[0].rows["teams"]}
    teams[comes] = teams.pop(gone)
    leaver = teams[comes][seat]
    step = {"from": leaver, "to": _next_for(plain, teams, comes, seat), "reason": "unfit"}
    events = [
        event("replace", "A", 0, **{"from": gone, "to": comes, "reason": "closed"}),
        event("step_in", comes, seat, **step),
    ]
    return Made(Recipe(terms=terms, events=events))


def _next_for(made: Made, teams: dict[str, list[str]], code: str, seat: int) -> str:
    part, frozen = made.commitment["parts"][0], made.frozen[0]
    return stand_in(part, frozen, teams, left={teams[code][seat]} - {""}, seat=(code, seat), seed=made.seed)
