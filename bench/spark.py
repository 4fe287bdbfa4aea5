"""Ten million events as Parquet, rated by a cluster of two workers and by the engine of one machine in two threads.

Both read, rate and write the same files, on the same two cores; their bytes are compared first. The cluster has been
started, and has rated once. Needs the extra ``[spark]`` and Java: `make test-spark` makes such an environment.
"""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from bench.harness import Figures, Row, interleaved, peak_mebibytes
from bench.stock import AS_OF, full_chain, full_stock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.national.rating import Engine

REGIONS = 16
EACH = 31_250
A_FILE = 16_000
SYMBOLS = np.array(list("0123456789ABCDEFGHJKLMNPQRTUWXY"))

ROW = Row(
    id="spark",
    what="10 M events over 500,000 entities as Parquet in 32 files: two Spark workers of a core, peer: two threads",
    target="≤ 2 × the engine of one machine on the same files, after start-up",
)


def measure() -> Figures:
    """The seconds of the cluster over those of the threads."""
    if find_spec("pyspark") is None:
        sys.exit("PySpark is not installed: `make test-spark` makes an environment that has it")
    from bench.cluster import SETTINGS, Cluster, environment  # noqa: PLC0415 -- an extra, for this row alone
    from service.national.local import LocalEngine  # noqa: PLC0415 -- likewise
    from service.national.spark import SparkEngine, spark_session  # noqa: PLC0415 -- likewise

    os.environ.update(environment())
    with TemporaryDirectory() as place:
        folder = Path(place)
        size = _write(folder / "evidence")
        cluster = Cluster(folder)
        try:
            with spark_session(cluster.master, SETTINGS) as session:
                engines = {
                    "spark": SparkEngine(session, str(folder / "evidence")),
                    "local": LocalEngine(str(folder / "evidence"), 2),
                }
                with _rating(folder, engines) as (rate, read):
                    assert read("spark") == read("local"), "the bytes differ"
                    seconds = interleaved({name: lambda name=name: rate(name) for name in engines}, times=3)
                    ratings = sum(map(len, read("local").values()))
                peaks = cluster.peaks()
        finally:
            cluster.stop()
    ratio = seconds["spark"] / seconds["local"]
    entities = REGIONS * EACH
    python = max(held for name, held in peaks.items() if name.startswith("python"))
    return Figures(
        ours=f"{seconds['spark']:.1f} s: {entities / seconds['spark']:,.0f} entities/s",
        peer=f"{seconds['local']:.1f} s: an entity {size / entities:.0f} bytes, a rating {ratings / entities:.0f}",
        ratio=ratio,
        met=ratio <= 2,
        memory=f"peak of a task's Python {python} MiB, its Java {peaks['java']} MiB, the caller {peak_mebibytes()} MiB",
    )


def _write(folder: Path) -> int:
    """The bytes of the evidence of sixteen districts, under keys as the register has them."""
    from service.national.writing import Part, write_evidence  # noqa: PLC0415 -- an extra, for this row alone

    def part(number: int) -> tuple[str, list[Part]]:
        region = f"1101{number + 1:02}"
        drawn = SYMBOLS[np.random.default_rng(number).integers(0, len(SYMBOLS), (EACH + EACH // 100, 9))]
        keys = sorted({f"uscc:92{region}M{''.join(row)}" for row in drawn.tolist()})[:EACH]
        return region, [Part(full_stock(EACH, seed=number), keys)]

    folder.mkdir()
    parts = (part(number) for number in range(REGIONS))
    write_evidence(folder, parts, day=AS_OF, position=1, branches={}, entities_a_file=A_FILE)
    return sum(each.stat().st_size for each in folder.rglob("*.parquet"))


@contextmanager
def _rating(
    folder: Path, engines: dict[str, Engine]
) -> Iterator[tuple[Callable[[str], Path], Callable[[str], dict[str, bytes]]]]:
    """A function that rates by an engine into a folder of its own, and one that reads what was written."""
    from service.national.rating import rate_evidence  # noqa: PLC0415 -- an extra, for this row alone

    numbers = count()

    def rate(name: str) -> Path:
        out = folder / f"out-{next(numbers)}"
        rate_evidence(engine=engines[name], editions=full_chain().editions, as_of=None, out=out)
        return out

    def read(name: str) -> dict[str, bytes]:
        out = rate(name)
        found = {each.relative_to(out).as_posix(): each.read_bytes() for each in out.rglob("*") if each.is_file()}
        shutil.rmtree(out)
        return found

    yield rate, read
