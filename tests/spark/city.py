"""A made-up city as Parquet by region, the two editions that rate it, and what `explain` says of its people."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from bench.stock import AS_OF, full_stock, histories_of
from scoring.edition import parse
from scoring.rating.explain import explain
from scoring.rating.history import EditionChain
from service.national.writing import Part, write_evidence

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from scoring.edition.model import Edition
    from scoring.rating.columnar import Columns

REGIONS: Final = ("110101", "110105", "110229")
KINDS: Final = ("cinema", "net_cafe")
EACH: Final = 1_500
A_FILE: Final = 200

FIRST: Final = (files("scoring.editions") / "bj-culture.toml").read_text("utf-8")
SECOND: Final = (
    FIRST.replace('id = "bj-culture.2022"', 'id = "bj-culture.2026"\npredecessor = "bj-culture.2022"')
    .replace("force_from = 2022-04-12", "force_from = 2026-01-01")
    .replace("at_least = 90", "at_least = 92")
)


def editions() -> tuple[Edition, ...]:
    """The illustrative edition and a made-up successor with another bound."""
    return parse(FIRST), parse(SECOND)


def chain() -> EditionChain:
    """Both, one after the other, put together by hand."""
    first, second = editions()
    return EditionChain((replace(first, force_to=second.force_from), second))


def columns_of(region: str, kind: str, count: int = EACH) -> Columns:
    """Some entities of a kind in a district, each with some twenty events."""
    seed = 10 * REGIONS.index(region) + KINDS.index(kind)
    return replace(full_stock(count, seed=seed), kind=kind)


def keys_of(region: str, kind: str, count: int = EACH) -> list[str]:
    return [f"own:{region}-{kind}-{number:05}" for number in range(count)]


def written(folder: Path, *, regions: tuple[str, ...] = REGIONS, each: int = EACH) -> Path:
    """The folder, written anew."""
    folder.mkdir(parents=True)
    write_evidence(
        folder,
        [
            (region, [Part(columns_of(region, kind, each), keys_of(region, kind, each)) for kind in KINDS])
            for region in regions
        ],
        day=AS_OF,
        position=7,
        branches={},
        entities_a_file=A_FILE,
    )
    return folder


def explained(region: str, kind: str, places: range, as_of: date) -> dict[str, dict[str, Any]]:
    """By public key, what `explain` says of some entities under both editions."""
    made, keys = columns_of(region, kind), keys_of(region, kind)
    both, found = chain(), {}
    for place in places:
        verdict = explain(histories_of(made.part(place, place + 1))[0], both, as_of).verdict
        found[keys[place]] = {
            "state": verdict.state,
            "total": verdict.total,
            "grade": verdict.grade,
            "tier": verdict.tier,
            "edition": both.editions[both.index_on(as_of) or 0].id,
        }
    return found
