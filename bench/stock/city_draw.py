"""A city's draw from its rows: 50,000 entities in five strata, 200 inspectors, each recused at one visit in twenty."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.sampling import outcome, transcript
from scoring.sampling.bytes import digest
from scoring.sampling.frozen import committed_part, freeze
from scoring.sampling.keys import secret_commitment, witness_commitment
from scoring.sampling.rows import Avoid, FrameRow, RosterRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.sampling.frozen import Frozen

ENTITIES, INSPECTORS = 50_000, 200
CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
SIGNATURE = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"
INSTANT = 1692806364
"""The second at which round 1,000 of quicknet was due, and its value: a real one, so that it can be verified."""

DRAW, AUTHORITY = "110000-2023-00012", "市文化和旅游局"
SECRET, SALT_KEY, WITNESS = (sha256(name).digest() for name in (b"secret", b"salts", b"witness"))
TIERS = {"A": (1, 100, 16), "B": (5, 100, 48), "C": (20, 100, 26), "D": (40, 100, 8), "never": (10, 100, 2)}
"""The ratio of each stratum, and how many in a hundred entities it has: about 5,000 of 50,000 are drawn."""


class CityRows(NamedTuple):
    """What a service reads out of its tables before a freeze."""

    frame: Sequence[FrameRow]
    avoids: dict[str, Avoid]
    roster: Sequence[RosterRow]


def city_rows(entities: int = ENTITIES, inspectors: int = INSPECTORS) -> CityRows:
    """Rows of as many entities; two in a hundred are out, one in three has been visited before by two inspectors."""
    tiers = [tier for tier, (_, _, share) in TIERS.items() for _ in range(share)]
    ids = [f"110000-{place:04}" for place in range(inspectors)]
    frame, avoids = [], {}
    for place in range(entities):
        chance = sha256(place.to_bytes(4, "big")).digest()
        code = f"91110000{place:010}"
        if place % 50 == 49:
            frame.append(FrameRow(code, "culture", "", 1, "out", "cooldown", f"visit 2022-{place}"))
        else:
            frame.append(FrameRow(code, "culture", tiers[int.from_bytes(chance[:4], "big") % 100]))
        recused = {ids[int.from_bytes(chance[n : n + 2], "big") % inspectors] for n in range(4, 24, 2)}
        last = (ids[chance[30] % inspectors], ids[chance[31] % inspectors]) if place % 3 == 0 else ()
        avoids[code] = Avoid(tuple(sorted(recused)), tuple(sorted(set(last))))
    roster = [
        RosterRow(one, AUTHORITY, ("lead",) if place % 2 else (), 75, place % 40, "2022-01-01", "2026-12-31")
        for place, one in enumerate(ids)
    ]
    return CityRows(frame, avoids, roster)


def city_draw(rows: CityRows) -> dict[str, Any]:
    """The full transcript: freeze, commitment, closing, entropy, sample, teams, result, register."""
    frozen = freeze("P1", SALT_KEY, *rows)
    plan = _plan()
    commitment = transcript.commitment(_terms(digest(plan)), [committed_part(_part(frozen), frozen)])
    closing = transcript.closing(commitment, {"NO-01": WITNESS}, INSTANT - 7000)
    value = {"kind": "drand", "chain": CHAIN, "round": 1000, "signature": SIGNATURE}
    entropy = transcript.entropy(closing, [{"by": "OP-03", "at": INSTANT + 60, "values": [value]}])
    outcomes = outcome.drawn(commitment, [frozen], outcome.seed_of(closing, entropy, SECRET))
    result = transcript.result(entropy, outcomes, SALT_KEY)
    documents = {"plan": plan, "commitment": commitment, "closing": closing, "entropy": entropy, "result": result}
    register = _register(documents)
    told = {**documents, "secret": SECRET.hex(), "register": register, "log": []}
    return transcript.full(told, SALT_KEY, [frozen], outcomes)


def _register(documents: dict[str, Any]) -> list[dict[str, Any]]:
    at = {"plan": -90_000, "commitment": -18_000, "closing": -6900, "entropy": 120, "result": 600}
    made: list[dict[str, Any]] = []
    for kind, after in at.items():
        facts = {"authority": AUTHORITY, "kind": kind, "draw": "" if kind == "plan" else DRAW, "task": "T07"}
        facts |= {"digest": digest(documents[kind]), "at": INSTANT + after, "by": "OP-01", "approved_by": "OP-02"}
        made.append(transcript.entry(made[-1] if made else None, {**facts, "reason": ""}))
    return made


def _plan() -> dict[str, Any]:
    ratios = [["P1", tier, [num, den]] for tier, (num, den, _) in TIERS.items()]
    cutoff = [INSTANT - 60_000, INSTANT - 40_000]
    task = {"task": "T07", "cutoff": cutoff, "ratios": ratios, "sources": [["drand", CHAIN]]}
    return {"type": "plan", "plan": "2023", "authority": AUTHORITY, "title": "2023年度抽查计划", "tasks": [task]}


def _part(frozen: Frozen) -> dict[str, Any]:
    digest_of_list = sha256("".join(f"{row.code}\n" for row in frozen.frame).encode()).hexdigest()
    snapshot = {"register": "market entities", "taken_at": INSTANT - 50_000, "count": len(frozen.frame)}
    return {
        "part": "P1",
        "authority": AUTHORITY,
        "approved_by": "OP-05",
        "authorities": [AUTHORITY],
        "items": ["culture-general"],
        "tickets": "shared",
        "rotation": [0, 1],
        "snapshot": {**snapshot, "digest": digest_of_list},
        "rulebook": {"edition": "bj-culture 2023", "digest": sha256(b"edition").hexdigest()},
        "apportion": {"method": "ratio"},
        "strata": [_stratum(tier, num, den) for tier, (num, den, _) in TIERS.items()],
        "seats": [{"authority": "", "skills": ["lead"]}, {"authority": "", "skills": []}],
        "window": ["2023-09-01", "2023-11-30"],
    }


def _stratum(tier: str, num: int, den: int) -> dict[str, Any]:
    chosen = {"stratum": tier, "clause": f"tier {tier}", "ratio": [num, den], "round": "up", "at_least": 1}
    return {**chosen, "order": "equal", "reserve_ratio": [1, 5], "steps": []}


def _terms(plan_digest: str) -> dict[str, Any]:
    custodian = {"id": "AU-01", "organisation": "市审计局"}
    secret = {"holder": "OP-09", "commitment": secret_commitment(DRAW, "OP-09", SECRET), "custodians": [custodian]}
    witness = {"id": "NO-01", "organisation": "市公证处", "commitment": witness_commitment(DRAW, "NO-01", WITNESS)}
    source = {"kind": "drand", "chain": CHAIN, "round": 1000}
    attempt = {"when": "first", "secret": True, "sources": [source], "instant": INSTANT, "deadline": INSTANT + 3600}
    return {
        "draw": DRAW,
        "authority": AUTHORITY,
        "plan": "2023",
        "plan_digest": plan_digest,
        "task": "T07",
        "title": "2023年文化市场双随机检查",
        "basis": ["年度抽查计划"],
        "replaces": "",
        "reason": "",
        "prepared_by": "OP-01",
        "approved_by": "OP-02",
        "frozen_at": INSTANT - 20_000,
        "close_at": INSTANT - 7200,
        "result_by": INSTANT + 90_000,
        "publish_by": INSTANT + 864_000,
        "names": "completion",
        "rows": "open",
        "secret": [secret],
        "witnesses": [witness],
        "witness_min": 1,
        "attempts": [attempt],
    }
