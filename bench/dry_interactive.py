"""One number of an edition in force changed, and the whole city tried under it, asked and answered over HTTP.

The stock is mapped by both processes of the server; it is written as arrays, which is no part of the figure. A process
remembers where everybody stands before, so the first question to each is not counted. Where nobody holds a database of
entities, none is read: a trial asks only for the editions in force.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.city import Call, answers, stored_city, web
from bench.city.servers import SERVICE
from bench.harness import Figures, Row, peak_mebibytes
from bench.stock import AS_OF, full_chain, full_stock
from bench.stock.on_disk import write_stock
from scoring.edition.changed import changed
from scoring.edition.parse import parse
from scoring.rating.history import EditionChain
from service.studio.dry_run.sides import Question, sides_of
from service.studio.stock import chosen_stock

ENTITIES, WARM, TIMES = 50_000, 12, 15
BOUND = "/rating/grade/0/at_least"
ROW = Row(
    id="dry-interactive",
    what="one number changed, 50,000 entities of 44 kinds with 1 M events tried under it, over HTTP, JSON in, JSON out",
    target="≤ 600 ms, the engine ≤ 300 ms; stretch 300 and 150",
)


def measure() -> Figures:
    """The median of some changes, each to another number; of the engine, one law over all entities."""
    chain = full_chain()
    with TemporaryDirectory() as folder:
        kinds = chain.editions[0].kinds
        each = ENTITIES // len(kinds)
        write_stock(Path(folder), {kind: [full_stock(each, seed=n)] for n, kind in enumerate(kinds)}, each)
        with stored_city(0, settings={"STOCK_FOLDER": folder}) as city, web(city, SERVICE) as server:
            whole = []
            for number in range(WARM + TIMES):
                began = perf_counter()
                (answer,) = answers(server, [_call(chain.editions[0].id, number)])
                whole.append(perf_counter() - began)
        question, engine = _question(Path(folder), chain), []
        for _ in range(TIMES):
            began = perf_counter()
            sides_of(question)
            engine.append(perf_counter() - began)
    found = json.loads(answer.body)["kinds"].values()
    moved = sum(kind["moved"] for kind in found)
    assert sum(cell["entities"] for kind in found for cell in kind["tiers"]) == each * len(kinds)
    assert moved > 0
    seconds, rated = median(whole[WARM:]), median(engine)
    return Figures(
        ours=f"{seconds * 1000:.0f} ms, the engine {rated * 1000:.0f} ms; {moved:,} entities moved",
        peer="none: the time asked for",
        ratio=seconds / 0.6,
        met=seconds <= 0.6 and rated <= 0.3,
        memory=f"peak of the caller {peak_mebibytes()} MiB",
    )


def _question(folder: Path, chain: EditionChain) -> Question:
    """The same without HTTP: what a process has to rate once it remembers where everybody stands before."""
    text = changed((files("scoring.editions") / "bj-culture.toml").read_text("utf-8"), [(BOUND, "91")])
    after = EditionChain((parse(text),))
    question = Question(chosen_stock(folder), AS_OF, lambda *_: chain, lambda *_: after, within=100)
    sides_of(question)
    return question


def _call(edition: str, number: int) -> Call:
    """The bound of the best grade, 90 as the edition has it, at another value each time."""
    change = {"place": BOUND, "value": f"{91 + number * 0.25:.2f}"}
    body = json.dumps({"edition": edition, "changes": [change]}).encode()
    return Call("POST", "/v1/dry-runs/trial", 200, body)
