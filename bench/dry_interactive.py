"""One number of an edition changed, and the whole city tried under both: text in, JSON out, over mapped files.

The stock is written by the job's own writer; reading the database for it is no part of the figure, nor is HTTP.
"""

from __future__ import annotations

import json
import time
from importlib.resources import files
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.harness import Figures, Row, peak_mebibytes
from bench.stock import AS_OF, full_chain, full_stock, histories_of
from scoring.edition.parse import parse
from scoring.rating.history import EditionChain
from service.register import EntityFacts
from service.studio.dry_run import dry_run_document, standing_of
from service.studio.stock import Stock, open_stock
from service.studio.stock.layout import FORMAT, MANIFEST
from service.studio.stock.writing import Writing

ENTITIES = 50_000
AT_ONCE = 500
ROW = Row(
    id="dry-interactive",
    what="one number changed, 50,000 entities with 1 M events tried under both, text in, JSON out, without HTTP",
    target="≤ 600 ms, the engine ≤ 300 ms; stretch 300 and 150",
)


def measure() -> Figures:
    """The median of eleven changes; of the engine, one law over all entities."""
    text = (files("scoring.editions") / "bj-culture.toml").read_text("utf-8")
    before = full_chain()
    with TemporaryDirectory() as folder:
        stock = _written(Path(folder))
        whole, engine = [], []
        for _ in range(11):
            began = time.perf_counter()
            after = EditionChain((parse(text.replace("at_least = 90", "at_least = 91", 1)),))
            found = dry_run_document(stock, lambda *_: before, lambda *_, law=after: law, AS_OF, within=100)
            json.dumps(found)
            whole.append(time.perf_counter() - began)
            began = time.perf_counter()
            standing_of(stock, stock.kinds[0], lambda *_, law=after: law, AS_OF)
            engine.append(time.perf_counter() - began)
    (kind,) = found["kinds"].values()
    assert sum(cell["entities"] for cell in kind["tiers"]) == ENTITIES
    assert kind["moved"] > 0
    seconds, rated = median(whole), median(engine)
    return Figures(
        ours=f"{seconds * 1000:.0f} ms, the engine {rated * 1000:.0f} ms; {kind['moved']} entities moved",
        peer="none: the time asked for",
        ratio=seconds / 0.6,
        met=seconds <= 0.6 and rated <= 0.3,
        memory=f"peak {peak_mebibytes()} MiB",
    )


def _written(folder: Path) -> Stock:
    histories = list(histories_of(full_stock(ENTITIES)))
    writing = Writing(folder, "000-own")
    for first in range(0, ENTITIES, AT_ONCE):
        writing.add([_who(number) for number in range(first, first + AT_ONCE)], histories[first : first + AT_ONCE])
    kinds = {histories[0].kind: {"own": writing.finish(), "joined": None}}
    said = {"format": FORMAT, "position": 1, "day": AS_OF.isoformat(), "kinds": kinds}
    (folder / MANIFEST).write_text(json.dumps(said), encoding="utf-8")
    return open_stock(folder)


def _who(number: int) -> EntityFacts:
    """Sixteen districts, one after the other as a stock has them."""
    region = f"1101{1 + number * 16 // ENTITIES:02}"
    whose = (number, f"own:{number}", "", f"bj-culture-{region}", "Asia/Shanghai", region, "active")
    return EntityFacts(*whose, None, None, None, natural_person=False, unverified_code=False, attributes={}, kinds={})
