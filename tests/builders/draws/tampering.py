"""What every verifier must refuse: at least one file for each check, with the check that must say so."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from scoring.sampling.bytes import digest

from . import material as m
from .cofactor import with_cofactor_point
from .features import Vector, anchors, numbers
from .following import followed, void_before, void_recipe
from .making import Change, Facts, Made, Recipe, entry_facts, written
from .tampering_rows import row_changes

Refusals = dict[str, tuple[str, Vector]]


def raw(data: bytes) -> Refusals:
    """Bytes that are no document."""
    unknown = data.replace(b'"view":"full"}', b'"view":"full","zeal":1}')
    deep = b'{"a":' + b"[" * 13 + b"]" * 13 + b"}"
    changes: dict[str, tuple[str, bytes]] = {
        "no_json": ("P-JSON", data[:-1]),
        "null": ("P-JSON", data.replace(b'"log":[]', b'"log":null')),
        "white_space": ("P-BYTES", data.replace(b'"log":[]', b'"log": []')),
        "escaped_letter": ("P-BYTES", data.replace(b'"cinema"', b'"\\u0063inema"', 1)),
        "key_twice": ("P-DUPLICATE", data.replace(b'"log":[]', b'"log":[],"log":[]')),
        "fraction": ("P-NUMBER", data.replace(b'"attempt":1', b'"attempt":1.0', 1)),
        "too_large_number": ("P-NUMBER", data.replace(b'"attempt":1', b'"attempt":9007199254740992', 1)),
        "not_normalised": ("P-TEXT", data.replace(b'"2023"', '"e\u0301"'.encode(), 1)),
        "bidirectional": ("P-TEXT", data.replace(b'"2023"', '"2023\u202e"'.encode(), 1)),
        "bad_key": ("P-KEY", data.replace(b'"log":[]', b'"Log":[]')),
        "unknown_field": ("P-SHAPE", unknown),
        "missing_field": ("P-SHAPE", data.replace(b'"log":[],', b"")),
        "too_deep": ("P-LIMIT", deep),
        "other_protocol": ("P-SUITE", data.replace(b"xinjian-draw/1", b"xinjian-draw/2")),
        "other_suite": ("P-SUITE", data.replace(b'"suite":"sha256"', b'"suite":"sha512"')),
    }
    return {name: (code, Vector(changed)) for name, (code, changed) in changes.items()}


def _begin_anew(file: Facts) -> None:
    """One more entry that names the last one and calls itself the first of the register."""
    last = file["register"][-1]
    file["register"].append({**last, "n": 1, "prev": digest(last)})


def edited(full: Facts) -> Refusals:
    """One place of a finished file changed by hand."""

    def change(hand: Callable[[Facts], Any]) -> Vector:
        copy = deepcopy(full)
        hand(copy)
        return Vector(written(copy))

    def rise(place: Facts, field: str, by: int = 1) -> None:
        place[field] += by

    one = "parts"
    return {
        "numbers_begun_anew": ("G-CHAIN", change(_begin_anew)),
        "entry_rewritten": ("G-CHAIN", change(lambda t: t["register"][1].update(reason="x"))),
        "entry_missing": ("G-GAPS", change(lambda t: t["register"].pop(3))),
        "closing_of_another": ("E-LINK", change(lambda t: t["closing"].update(commitment="0" * 64))),
        "value_swapped": ("E-WITNESS", change(lambda t: t["closing"]["reveals"][0].update(value="1" * 64))),
        "wrong_secret": ("E-SECRET", change(lambda t: t.update(secret="1" * 64))),
        "secret_withheld": ("E-SECRET", change(lambda t: t.update(secret=""))),
        "row_moved": ("F-ORDER", change(lambda t: t[one][0]["frame"].insert(0, t[one][0]["frame"].pop(3)))),
        "row_changed": ("F-ROOT", change(lambda t: t[one][0]["frame"][0].__setitem__(1, "bookshop"))),
        "avoidance_changed": ("F-ROOT", change(lambda t: t[one][0]["avoid"][0].__setitem__(1, []))),
        "avoidance_missing": ("F-AVOID", change(lambda t: t[one][0]["avoid"].pop())),
        "part_renamed": ("F-PARTS", change(lambda t: t[one][0].update(part="P9"))),
        "roster_changed": ("I-ROOT", change(lambda t: t[one][0]["roster"][0].__setitem__(3, 9))),
        "result_root": ("S-ROOT", change(lambda t: t["result"]["parts"][0].update(drawn_root="0" * 64))),
        "short_hidden": ("A-SHORT", change(lambda t: t[one][0]["short"].append(["E001", 0]))),
    }


def reforged() -> Refusals:
    """Draws in which a step was made otherwise and all later steps follow from it."""

    def made(code: str, changed: dict[str, Change], **other: object) -> tuple[str, Vector]:
        return code, Vector(written(Made(Recipe(change=changed, **other)).full()))

    def terms(code: str, **chosen: object) -> tuple[str, Vector]:
        return made(code, {}, terms=m.terms(**chosen))

    late = m.INSTANT + 90_001
    by_kind = _entry_hand
    return {
        "commitment_twice": made("C-DIGEST", {"entries": lambda all_: all_.insert(2, dict(all_[1]))}),
        "two_draws_of_one_task": made(
            "C-ONE", {}, earlier=[entry_facts("commitment", "1" * 64, m.INSTANT - 60_000, m.BEFORE)]
        ),
        "closed_too_late": made("C-TIMES", {"entries": by_kind("closing", at=m.INSTANT - 599)}),
        "attempt_before_deadline": terms(
            "C-TIMES",
            attempts=[m.attempt(), m.attempt(when="source_absent", instant=m.INSTANT + 1, deadline=m.INSTANT + 9)],
        ),
        "one_person": terms("C-ROLES", approved_by="OP-01"),
        "plan_of_other_ratio": made("C-PLAN", {"plan": lambda plan: plan["tasks"][0].update(ratios=[])}),
        "secret_used_before": (
            "C-REUSE",
            Vector(
                written(Made(Recipe(change={"commitment": _witness_of_before})).full()),
                {"previous": "accept/void_before.json"},
            ),
        ),
        "closing_unregistered": made("E-CLOSING", {"entries": _without("closing")}),
        "entropy_unregistered": made("E-DIGEST", {"entries": _without("entropy")}),
        "attempt_skipped": made(
            "E-ATTEMPT", {}, failed=[{"attempt": 1, "reason": "source_absent", "evidence": "1" * 64}]
        ),
        "round_of_another_instant": made("E-SOURCE", {"commitment": _other_instant}),
        "one_source_twice": ("E-BITS", Vector(written(Made(numbers(2, twice=True)).full()))),
        "one_seat": ("P-SHAPE", Vector(written(Made(Recipe(change={"commitment": _one_seat})).full()))),
        "few_bits": ("E-BITS", Vector(written(Made(numbers(2)).full()))),
        "signature_of_another_round": made(
            "E-BLS", {}, values=[{**m.SIGNED, "round": 1001}], terms=m.terms(attempts=[_at_round(1001)])
        ),
        "cofactor_point": made("E-BLS", {}, values=[{**m.SIGNED, "signature": with_cofactor_point()}]),
        "size_by_hand": made("S-SIZE", {"commitment": _one_less}),
        "result_late": made("S-RESULT", {"entries": by_kind("result", at=late)}),
        "attest_of_another": made("S-ATTEST", {"entries": by_kind("attest", digest="1" * 64)}),
        "opened_late": made("L-LATE", {"entries": by_kind("open", at=m.INSTANT + 900_000)}),
        "closed_rows_one_custodian": (
            "P-SHAPE",
            Vector(written(Made(Recipe(change={"commitment": _one_custodian})).full())),
        ),
    }


def _entry_hand(kind: str, **facts: object) -> Change:
    def hand(entries: list[Facts]) -> None:
        place = next(n for n, each in enumerate(entries) if each["kind"] == kind)
        entries[place].update(facts)
        for later in entries[place + 1 :]:
            later["at"] = max(later["at"], entries[place]["at"])

    return hand


def _without(kind: str) -> Change:
    return lambda entries: entries.remove(next(each for each in entries if each["kind"] == kind))


def _witness_of_before(commitment: Facts) -> None:
    commitment["witnesses"].append({**void_before().commitment["witnesses"][0], "id": "NO-09"})


def _other_instant(commitment: Facts) -> None:
    commitment["attempts"][0]["instant"] += 3


def _at_round(number: int) -> Facts:
    return m.attempt(sources=[{**m.DRAND, "round": number}], instant=m.INSTANT + 3 * (number - m.ROUND))


def _one_less(commitment: Facts) -> None:
    commitment["parts"][0]["strata"][0]["draw"] -= 1


def _one_seat(commitment: Facts) -> None:
    commitment["parts"][0]["seats"].pop()


def _one_custodian(commitment: Facts) -> None:
    commitment["rows"] = "none"
    commitment["secret"][0]["custodians"].pop()


def logged() -> Refusals:
    """Lives after the draw that the commitment does not allow."""
    good = followed()

    def made(code: str, hand: Change) -> tuple[str, Vector]:
        events = deepcopy(good.recipe.events)
        return code, Vector(written(Made(Recipe(events=events, change={"events": hand})).full()))

    def event(n: int, **facts: object) -> Change:
        return lambda events: events[n].update(facts)

    other = deepcopy(good.full())
    other["log"].pop()
    held = [code for stratum, _, code in good.outcomes[0].rows["reserves"] if stratum == "A"]
    return {
        "event_missing": ("L-CHAIN", Vector(written(other))),
        "event_unknown": made("L-KIND", event(0, kind="swap")),
        "event_reason": made("L-REASON", event(0, reason="busy")),
        "event_one_person": made("L-REASON", event(2, approved_by="OP-06")),
        "reserve_skipped": made("L-REPLACE", event(0, to=held[1])),
        "step_not_committed": made("L-EXTEND", event(1, subject="B")),
        "stand_in_chosen": made("L-STEP", event(2, to="P001" if good.recipe.events[2]["to"] != "P001" else "P003")),
    }


def outside() -> Refusals:
    """Files that are consistent in themselves and not what others noted."""
    plain = Made(Recipe())
    data, noted = written(plain.full()), anchors(plain)
    forged = Made(Recipe(terms=m.terms(title="2023年文化市场双随机检查（二）")))
    late = f"{noted['head'].partition('@')[0]}@{m.INSTANT}"
    carried = Made(void_recipe())
    uncarried = Made(Recipe(terms=carried.recipe.terms, earlier=carried.recipe.earlier))
    changed: Refusals = {
        "another_commitment": ("X-COMMITMENT", Vector(data, {"commitment": "1" * 64})),
        "another_head": ("X-HEAD", Vector(data, {"head": f"{'1' * 64}@{m.INSTANT - 1000}"})),
        "head_noted_late": ("X-TIME", Vector(data, {"head": late})),
        "another_beacon": ("X-BEACON", Vector(data, {"beacon": ["1" * 96]})),
        "another_source_list": ("X-SNAPSHOT", Vector(data, {"snapshot": ["E001\n"]})),
        "whole_draw_forged_anew": ("X-HEAD", Vector(written(forged.full()), noted)),
        "carried_freed": ("F-CARRIED", Vector(written(uncarried.full()), {"previous": "accept/void_before.json"})),
    }
    return changed | _refuted()


def _refuted() -> Refusals:
    """A fallback for a source that was there after all: anyone who shows the value refutes the draw."""
    first = m.attempt(deadline=m.INSTANT + 600)
    sources: list[Facts] = numbers().terms["attempts"][0]["sources"]
    second = m.attempt(when="source_absent", sources=sources, instant=m.INSTANT + 700, deadline=m.INSTANT + 3600)
    failed = [{"attempt": 1, "reason": "source_absent", "evidence": m.evidence("announcement")}]
    recipe = Recipe(terms=m.terms(attempts=[first, second]), attempt=2, failed=failed, values=numbers().values)
    options = {"primary": f"{m.ROUND}:{m.SIGNATURE}"}
    return {"fallback_refuted": ("E-ATTEMPT", Vector(written(Made(recipe).full()), options))}


def refused() -> Refusals:
    """Every file that must be refused, by name, with the code of the check."""
    full = Made(Recipe()).full()
    return {**raw(written(full)), **edited(full), **reforged(), **row_changes(), **logged(), **outside()}
