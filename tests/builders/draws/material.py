"""The fixed bytes, times, people and rows of the draws of the vectors."""

from hashlib import sha256
from typing import Any

from scoring.sampling.frozen import Frozen, freeze
from scoring.sampling.keys import secret_commitment, witness_commitment
from scoring.sampling.rows import Avoid, FrameRow, RosterRow

CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
ROUND = 1000
SIGNATURE = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"
INSTANT = 1692806364
"""The second at which that round of quicknet was due."""

AUTHORITY, PARTNER = "市文化和旅游局", "市消防救援支队"
DRAW, BEFORE = "110000-2023-00012", "110000-2023-00011"
SECRET, SALT_KEY, WITNESS_VALUE = (sha256(name).digest() for name in (b"secret", b"salt key", b"witness"))
DRAND: dict[str, Any] = {"kind": "drand", "chain": CHAIN, "round": ROUND}
SIGNED: dict[str, Any] = {**DRAND, "signature": SIGNATURE}


def evidence(name: str) -> str:
    """The digest of a stored file."""
    return sha256(name.encode()).hexdigest()


def codes(letter: str, count: int) -> list[str]:
    """Ascending codes of entities."""
    return [f"{letter}{number:03}" for number in range(1, count + 1)]


def entities(letter: str = "E", first: int = 14, second: int = 7) -> list[FrameRow]:
    """A frame of two strata and two rows that are out, each with its reason and basis."""
    named = codes(letter, first + second + 2)
    rows = [FrameRow(code, "cinema", "A") for code in named[:first]]
    rows += [FrameRow(code, "net_cafe", "B") for code in named[first : first + second]]
    rows.append(FrameRow(named[-2], "cinema", "", 1, "out", "closed", "register 2023-0815"))
    rows.append(FrameRow(named[-1], "cinema", "", 1, "out", "suspended", "decision 2023-0771"))
    return rows


def inspectors(letter: str = "P", count: int = 12, authority: str = AUTHORITY, cap: int = 4) -> list[RosterRow]:
    """Inspectors; every second one leads. The last one's load is higher."""
    return [
        RosterRow(name, authority, ("lead",) if n % 2 == 0 else (), cap, n // 6, "2022-01-01", "2026-12-31")
        for n, name in enumerate(codes(letter, count))
    ]


def avoidances(rows: list[FrameRow]) -> dict[str, Avoid]:
    """One recusal and one last visit at each third entity."""
    return {row.code: Avoid(("P001",), ("P002", "P003")) for row in rows[::3]}


def stratum(name: str, num: int, den: int, **chosen: object) -> dict[str, Any]:
    """What is chosen of a stratum; sizes follow from the rows."""
    return {
        "stratum": name,
        "clause": f"Article 6, tier {name}",
        "ratio": [num, den],
        "round": "up",
        "at_least": 1,
        "order": "equal",
        "reserve_ratio": [1, 2],
        "steps": [],
        **chosen,
    }


def part(name: str = "P1", rows: list[FrameRow] | None = None, at: int = INSTANT, **chosen: object) -> dict[str, Any]:
    """The terms of a part, without what its rows make of them."""
    listed = "".join(f"{row.code}\n" for row in rows or entities()).encode()
    return {
        "part": name,
        "authority": AUTHORITY,
        "approved_by": "OP-05",
        "authorities": [AUTHORITY],
        "items": ["cinema-safety"],
        "tickets": "shared",
        "rotation": [0, 1],
        "snapshot": {
            "register": "市场主体登记",
            "taken_at": at - 50_000,
            "count": len(rows or entities()),
            "digest": sha256(listed).hexdigest(),
        },
        "rulebook": {"edition": "bj-culture 2023", "digest": evidence("edition")},
        "apportion": {"method": "ratio"},
        "strata": [stratum("A", 1, 5, steps=[1]), stratum("B", 2, 5)],
        "seats": [{"authority": "", "skills": ["lead"]}, {"authority": "", "skills": []}],
        "window": ["2023-09-01", "2023-11-30"],
        **chosen,
    }


def snapshot_bytes(rows: list[FrameRow]) -> bytes:
    """The source list as its owner gave it."""
    return "".join(f"{row.code}\n" for row in rows).encode()


def witnesses(draw: str, *names: tuple[str, str]) -> list[dict[str, Any]]:
    """Witnesses (id, organisation) whose value is that of the vectors."""
    return [
        {"id": name, "organisation": said, "commitment": witness_commitment(draw, name, WITNESS_VALUE)}
        for name, said in names
    ]


def secret(draw: str) -> dict[str, Any]:
    """The holder's secret, with a custodian in another organisation and one in ours."""
    custodians = [{"id": "AU-01", "organisation": "市审计局"}, {"id": "OP-11", "organisation": AUTHORITY}]
    return {"holder": "OP-09", "commitment": secret_commitment(draw, "OP-09", SECRET), "custodians": custodians}


def attempt(at: int = INSTANT, **chosen: object) -> dict[str, Any]:
    """The first attempt, by the round unless other sources are chosen."""
    return {
        "when": "first",
        "secret": True,
        "sources": [DRAND],
        "instant": at,
        "deadline": at + 3600,
        **chosen,
    }


def terms(at: int = INSTANT, **chosen: object) -> dict[str, Any]:
    """The terms of a commitment whose first instant is at."""
    draw = str(chosen.get("draw", DRAW))
    return {
        "draw": draw,
        "authority": AUTHORITY,
        "plan": "2023",
        "task": "T07",
        "title": "2023年文化市场双随机检查",
        "basis": ["年度抽查计划"],
        "replaces": "",
        "reason": "",
        "prepared_by": "OP-01",
        "approved_by": "OP-02",
        "frozen_at": at - 20_000,
        "close_at": at - 7200,
        "result_by": at + 90_000,
        "publish_by": at + 864_000,
        "names": "completion",
        "rows": "open",
        "secret": [secret(draw)],
        "witnesses": witnesses(draw, ("NO-01", "市公证处")),
        "witness_min": 1,
        "attempts": [attempt(at)],
        **chosen,
    }


def freeze_again(frozen: Frozen, avoids: dict[str, Avoid]) -> Frozen:
    """The same rows with other avoidances."""
    return freeze(frozen.part, SALT_KEY, frozen.frame, avoids, frozen.roster)
