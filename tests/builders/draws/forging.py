"""What a crooked official would try: files in which each document looks right and one thing is not as it must be."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from scoring.sampling import transcript
from scoring.sampling.bytes import digest
from scoring.sampling.certificate import certificate

from . import material as m
from .features import Vector, numbers
from .following import followed, void_before, void_recipe
from .making import Change, Facts, Made, Recipe, entry_facts, written
from .voiding import after_late_void

Refusals = dict[str, tuple[str, Vector]]
FORGED_BEFORE = "reject/void_draw_with_other_drawn.json"


def refused_forgeries() -> Refusals:
    """Every forgery by name, with the code of the check that refuses it."""
    return {**_bytes(), **_rows(), **_register(), **_sources(), **_followed(), **_before(), **_certificates()}


def _bytes() -> Refusals:
    """Bytes that two readers might read as two documents."""
    data = written(Made(Recipe()).full())

    def of(code: str, old: str, new: str | bytes) -> tuple[str, Vector]:
        assert old.encode() in data
        return code, Vector(data.replace(old.encode(), new.encode() if isinstance(new, str) else new, 1))

    return {
        "byte_order_mark": ("P-JSON", Vector(b"\xef\xbb\xbf" + data)),
        "something_behind_the_end": ("P-JSON", Vector(data + b'{"view":"full"}')),
        "list_of_files": ("P-JSON", Vector(b"[" + data + b"]")),
        "overlong_encoding": of("P-JSON", '"2023"', b'"\xc0\xb223"'),
        "minus_zero": of("P-NUMBER", '"attempt":1', '"attempt":-0'),
        "exponent": of("P-NUMBER", '"attempt":1', '"attempt":1e0'),
        "not_a_number": of("P-NUMBER", '"attempt":1', '"attempt":NaN'),
        "lone_surrogate": of("P-TEXT", '"2023"', '"\\ud800"'),
        "invisible_character": of("P-TEXT", "市审计局", "市审计局\ufe00"),
        "look_alike_radical": of("P-TEXT", "市文化和旅游局", "市\u2f42化和旅游局"),
        "key_twice_and_null": of("P-DUPLICATE", '"log":[]', '"log":null,"log":[]'),
        "too_deep_and_no_json": ("P-LIMIT", Vector(b"[" * 13)),
        "nothing": ("P-JSON", Vector(b"")),
    }


def _edited(hand: Callable[[Facts], object], full: Facts | None = None) -> Vector:
    copy = deepcopy(full or Made(Recipe()).full())
    hand(copy)
    return Vector(written(copy))


def _rows() -> Refusals:
    """Rows that say two things, or that hide where nothing may be hidden."""
    plain = Made(Recipe())
    public = transcript.public(plain.full(), lambda name, _: name in {"drawn", "teams"})
    other = [plain.full()["parts"][0]["avoid"][0][0], [], []]
    twice = ["1", "2"]
    return {
        "avoidance_twice": ("F-ORDER", _edited(lambda t: t["parts"][0]["avoid"].insert(0, other))),
        "masked_in_the_full_view": ("P-SHAPE", _edited(lambda t: t["parts"][0]["frame"].__setitem__(0, "1" * 64))),
        "drawn_twice": (
            "F-ORDER",
            _edited(lambda t: t["parts"][0]["drawn"].insert(0, t["parts"][0]["drawn"][0]), public),
        ),
        "tickets_where_rows_are_open": ("S-ROOT", _edited(lambda t: t["parts"][0]["tickets"].append(["E001", "1"]))),
        "fewer_drawn_than_committed": ("S-DRAWN", _edited(lambda t: t["parts"][0]["drawn"].pop(), public)),
        "exclusions_counted_twice": _made(
            "P-SHAPE", commitment=lambda c: c["parts"][0]["frame"].update(out=[twice, twice])
        ),
        "exclusions_out_of_order": _made("F-COUNT", commitment=lambda c: c["parts"][0]["frame"]["out"].reverse()),
    }


def _made(
    code: str, options: dict[str, Any] | None = None, recipe: Recipe | None = None, **change: Change
) -> tuple[str, Vector]:
    """A draw with hands on some steps, and all later ones after them."""
    made = recipe or Recipe()
    made.change = {**made.change, **change}
    return code, Vector(written(Made(made).full()), options or {})


def _register() -> Refusals:
    """Registers that tell of another draw than they should."""

    def of(every: list[Facts], kind: str) -> Facts:
        return next(each for each in every if each["kind"] == kind)

    def again(every: list[Facts]) -> None:
        every.insert(every.index(of(every, "void")) + 1, {**of(every, "void"), "reason": "court_order"})

    def late(every: list[Facts]) -> None:
        void = of(every, "void")
        every.remove(void)
        every.insert(
            every.index(next(each for each in every if each["draw"] == m.DRAW)) + 1, {**void, "at": m.INSTANT - 18_000}
        )

    def swap(every: list[Facts]) -> None:
        closing, made = of(every, "closing"), of(every, "commitment")
        closing["at"] = made["at"]
        every.remove(closing)
        every.insert(every.index(made), closing)

    void = {"previous": "accept/void_before.json"}
    return {
        "entry_of_another_task": _made("C-ONE", entries=lambda every: of(every, "commitment").update(task="T08")),
        "entry_of_another_authority": _made("G-CHAIN", entries=lambda every: every[0].update(authority=m.PARTNER)),
        "register_that_begins_anew": _made("G-CHAIN", register=lambda every: every[0].update(n=7)),
        "void_twice": _made("C-ONE", void, void_recipe(), entries=again),
        "live_beside_another": _made("C-ONE", void, void_recipe(), entries=late),
        "void_of_another_commitment": _made(
            "C-ONE", void, void_recipe(), entries=lambda every: of(every, "void").update(digest="1" * 64)
        ),
        "closed_before_committed": _made("C-TIMES", entries=swap),
        "another_result_opened": _made("L-LATE", entries=lambda every: of(every, "open").update(digest="1" * 64)),
        "replaces_nothing": _made("C-ONE", recipe=Recipe(terms=m.terms(replaces=m.BEFORE))),
    }


def _sources() -> Refusals:
    """Sources whose values were known, count more than they are worth, or were never there."""

    def sources(**facts: object) -> Recipe:
        recipe = numbers()
        for each in recipe.terms["attempts"][0]["sources"]:
            each.update(facts)
        return recipe

    def thrice() -> Recipe:
        recipe = sources(name="welfare")
        for source, kind in zip(recipe.terms["attempts"][0]["sources"], ("balls", "digits", "balls"), strict=True):
            source.update(kind=kind, sorted=kind == "balls")
        for value, kind in zip(recipe.values, ("balls", "digits", "balls"), strict=True):
            value.update(kind=kind, name="welfare")
        return recipe

    def change(code: str, step: str, hand: Change) -> tuple[str, Vector]:
        return _made(code, **{step: hand})

    def attested(every: list[Facts]) -> None:
        next(each for each in every if each["kind"] == "attest").update(by="OP-11", digest="1" * 64)

    def kept_twice(commitment: Facts) -> None:
        kept = commitment["secret"][0]["custodians"]
        kept.append(kept[0])

    other_round = [{**m.DRAND, "round": m.ROUND + 1200}]
    second = m.attempt(when="source_absent", instant=m.INSTANT + 4000, deadline=m.INSTANT + 9000)
    fallback = {**second, "sources": other_round, "instant": m.INSTANT + 3600}
    fallen = Recipe(
        terms=m.terms(attempts=[m.attempt(), fallback]),
        attempt=2,
        failed=[{"attempt": 1, "reason": "source_absent", "evidence": "0" * 64}],
        values=[{**m.SIGNED, "round": m.ROUND + 1200}],
    )
    elsewhere = {"chain": "1" * 64}
    unknown = Recipe(
        terms=m.terms(attempts=[m.attempt(sources=[{**m.DRAND, **elsewhere}])]), values=[{**m.SIGNED, **elsewhere}]
    )
    twice = Recipe(terms=m.terms(attempts=[m.attempt(), second]))
    left_out = ["P1", "C", [1, 1]]
    return {
        "numbers_of_the_day_before": _made("E-SOURCE", recipe=sources(day="2023-08-22")),
        "one_announcement_under_two_kinds": _made("E-BITS", recipe=thrice()),
        "fallback_of_another_instant": _made("E-SOURCE", recipe=twice),
        "unknown_chain": _made("E-SOURCE", recipe=unknown),
        "failure_without_evidence": _made("E-ATTEMPT", recipe=fallen),
        "custodian_twice": change("P-SHAPE", "commitment", kept_twice),
        "attest_of_another_by_a_partner": change("S-ATTEST", "entries", attested),
        "stratum_of_the_plan_left_out": change("C-PLAN", "plan", lambda p: p["tasks"][0]["ratios"].append(left_out)),
        "task_planned_twice": change("C-PLAN", "plan", lambda p: p["tasks"].append(p["tasks"][0])),
    }


def _followed() -> Refusals:
    """Logs rewritten after their head was registered, and reasons that ask for no reason."""
    good = followed()

    def rewritten(every: list[Facts]) -> None:
        place = next(n for n, each in enumerate(every) if each["kind"] == "log")
        every.insert(place, {**every[place], "digest": "1" * 64})

    def recipe() -> Recipe:
        return Recipe(events=deepcopy(good.recipe.events))

    return {
        "log_rewritten": _made("L-CHAIN", recipe=recipe(), entries=rewritten),
        "holder_sent_away_as_an_extension": _made(
            "L-REASON", recipe=recipe(), events=lambda all_: all_[2].update(reason="extension")
        ),
        "replaced_without_being_drawn": _made(
            "L-REPLACE", recipe=recipe(), events=lambda all_: all_[0].update({"from": "E001"})
        ),
        "step_taken_twice": _made("L-EXTEND", recipe=recipe(), events=lambda all_: all_.insert(2, dict(all_[1]))),
    }


def _before() -> Refusals:
    """A file of the draw before that is not the one registered: with it nothing would be owed."""
    true, late = void_before(), Made(after_late_void())

    def freed(full: Facts) -> None:
        row = full["parts"][0]["drawn"].pop()
        full["parts"][0]["drawn"].insert(0, ["E000" if row[0] != "E000" else "E001"])

    carried = written(Made(void_recipe()).full())
    other = Made(Recipe(terms=m.terms(draw=m.BEFORE, title="2023年文化市场双随机检查（二）")))
    assert digest(other.commitment) != digest(true.commitment)
    assert late.recipe.terms["replaces"] == m.BEFORE
    return {
        "void_draw_with_other_drawn": ("S-DRAWN", _edited(freed, true.full())),
        "void_draw_of_another_title": ("C-ONE", Vector(written(_as_void(other)))),
        "carried_by_a_forged_list": ("F-CARRIED", Vector(carried, {"previous": FORGED_BEFORE})),
        "carried_by_another_draw": (
            "F-CARRIED",
            Vector(carried, {"previous": "reject/void_draw_of_another_title.json"}),
        ),
    }


def _as_void(made: Made) -> Facts:
    """The file of a draw that is void."""
    facts = [
        *made.register[:-1],
        entry_facts("void", digest(made.commitment), m.INSTANT + 510_000, m.BEFORE, reason="court_order"),
    ]
    return {**made.full(), "register": _chained(facts)}


def _chained(entries: list[Facts]) -> list[Facts]:
    made: list[Facts] = []
    for each in entries:
        facts = {name: value for name, value in each.items() if name not in {"type", "n", "prev"}}
        made.append(transcript.entry(made[-1] if made else None, facts))
    return made


def _certificates() -> Refusals:
    """Certificates that tell of a ticket or of an outcome that cannot be there."""
    plain = transcript.public(Made(Recipe()).full(), lambda *_: True)
    drawn = plain["parts"][0]["drawn"][0][0]
    told = certificate(plain, "P1", drawn, opened=True)
    closed = certificate(plain, "P1", drawn, opened=False)
    ticket = {"values": [drawn, "1", "0" * 32], "index": 0, "path": []}
    return {
        "certificate_with_a_ticket": ("S-CUT", Vector(written({**told, "ticket": ticket}))),
        "certificate_half_told": ("P-SHAPE", Vector(written({**closed, "drawn": told["drawn"]}))),
        "certificate_of_another_part": ("F-PARTS", Vector(written({**told, "part": "P2"}))),
        "certificate_of_one_not_drawn": ("S-DRAWN", Vector(written({**told, "drawn": {}}))),
    }
