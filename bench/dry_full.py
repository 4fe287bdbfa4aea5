"""The migration matrix of a province: one number of an edition changed, a million entities under both laws.

The stock is written as arrays, tile by tile, in a process of its own; what is measured opens it and has remembered
nothing: both laws are rated.
"""

from __future__ import annotations

import json
import multiprocessing
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.harness import Figures, Row, peak_mebibytes
from bench.stock import AS_OF, full_chain, full_stock
from bench.stock.on_disk import write_stock
from scoring.edition.changed import changed
from scoring.edition.parse import parse
from scoring.rating.history import EditionChain
from service.studio.dry_run.document import dry_run_document
from service.studio.dry_run.sides import Question
from service.studio.stock import chosen_stock

ENTITIES, EVENTS_EACH, TILE = 1_000_000, 10, 50_000
MOST_SECONDS, MOST_MEBIBYTES = 20.0, 4096
ROW = Row(
    id="dry-full",
    what="migration matrix by district, authority and attribute, 1 M entities with 10 M events under both laws",
    target="≤ 20 s, ≤ 4 GiB",
)


def measure() -> Figures:
    """The time from the text of the change to the document, once."""
    text = (files("scoring.editions") / "bj-culture.toml").read_text("utf-8")
    before = full_chain()
    with TemporaryDirectory() as folder:
        writer = multiprocessing.get_context("spawn").Process(target=_write, args=(folder,))
        writer.start()
        writer.join()
        assert writer.exitcode == 0
        began = perf_counter()
        after = EditionChain((parse(changed(text, [("/rating/grade/0/at_least", "91")])),))
        stock = chosen_stock(Path(folder))
        found = dry_run_document(Question(stock, AS_OF, lambda *_: before, lambda *_: after, within=100))
        json.dumps(found)
        seconds = perf_counter() - began
        events = len(stock.of(stock.kinds[0]).columns.events.code)
    (kind,) = found["kinds"].values()
    assert sum(cell["entities"] for cell in kind["tiers"]) == ENTITIES
    peak = peak_mebibytes()
    return Figures(
        ours=f"{seconds:.1f} s; {events / 1e6:.1f} M events, {kind['moved']:,} entities moved",
        peer="none: the time asked for",
        ratio=seconds / MOST_SECONDS,
        met=seconds <= MOST_SECONDS and peak <= MOST_MEBIBYTES,
        memory=f"peak {peak} MiB, the files mapped included",
    )


def _write(folder: str) -> None:
    tiles = (full_stock(TILE, EVENTS_EACH, seed=number) for number in range(ENTITIES // TILE))
    write_stock(Path(folder), {"net_cafe": tiles}, ENTITIES)
