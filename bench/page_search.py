"""The first results of the search of entities over HTTP, asked in every way there is, among a million of them."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from bench.city import Stored, web
from bench.city.servers import SERVICE
from bench.city.stored import UNTIL
from bench.harness import Figures, Row, peak_mebibytes
from service import register, sample
from service.cli.prepare import prepare
from service.cli.runtime import OPERATOR, Runtime
from service.platform import Database, migrate
from service.platform.embedded import EmbeddedStack

if TYPE_CHECKING:
    from collections.abc import Iterator

ENTITIES, TIMES, WARM, SHOWN = 1_000_000, 20, 2, 25
LONGEST = 0.2
ROW = Row(
    id="page-search",
    what=f"`GET /v1/entities`, the first {SHOWN} of {ENTITIES:,} entities: the slowest way to ask for them",
    target="≤ 200 ms for each",
)
WAYS: dict[str, tuple[dict[str, str], bool]] = {
    "common part": ({"q": "朝阳"}, True),
    "initials": ({"q": "slcyq"}, True),
    "pinyin": ({"q": "lvxingshe"}, True),
    "rare name": ({"q": "0000010号"}, True),
    "beginning of a code": ({"q": "9111010"}, True),
    "address": ({"address": "甲丙示例街12号院"}, True),
    "traditional": ({"q": "互聯網上網服務"}, True),
    "nothing": ({"q": "龘靐"}, False),
    "nothing, letters": ({"q": "qqxxzz"}, False),
    "district": ({"region": "110119"}, True),
}
"""Ways to ask, and whether anybody is found so."""


def measure() -> Figures:
    """The median and the 95th of 100 of each way to ask; the row holds the slowest."""
    with register_alone(ENTITIES) as city, web(city, SERVICE) as server:
        found = {name: _times(server.port, server.token, asked, some) for name, (asked, some) in WAYS.items()}
    slowest = max(median(times) for times in found.values())
    told = "; ".join(f"{name} {_told(times)}" for name, times in found.items())
    return Figures(
        ours=f"median / 95 %, ms: {told}",
        peer="none: the time asked for",
        ratio=slowest / LONGEST,
        met=slowest <= LONGEST,
        memory=f"peak of the caller {peak_mebibytes()} MiB",
    )


@contextmanager
def register_alone(size: int) -> Iterator[Stored]:
    """The entities of a sample city and nothing about them, imported as a file."""
    with tempfile.TemporaryDirectory(prefix="xinjian-bench-") as folder, EmbeddedStack(Path(folder)) as addresses:
        environ = {"DATABASE_URL": addresses.database_url, "REDIS_URL": addresses.redis_url}
        migrate(addresses.database_url)
        database = Database(addresses.database_url)
        prepare(Runtime(database, environ))
        file = Path(folder) / "entities.ndjson"
        with file.open("wb") as who, Path("/dev/null").open("wb") as what:
            sample.write(sample.City(seed="bench", size=size, until=UNTIL), who, what)
        with file.open("rb") as who:
            report = register.import_entities(
                database.unit_of_work, actor=OPERATOR, stream=who, file_format="ndjson", on_progress=lambda _: None
            )
        assert report.state == "stored", report.document()
        city = Stored(database, environ, size, b"")
        with city.connect() as connection:
            connection.execute("VACUUM ANALYZE")
        try:
            yield city
        finally:
            database.close()


def _times(port: int, token: str, asked: dict[str, str], some: bool) -> list[float]:  # noqa: FBT001 - of the table above
    connection = HTTPConnection("127.0.0.1", port)
    path = "/v1/entities?" + urlencode({**asked, "limit": str(SHOWN)})
    spent = []
    for _ in range(WARM + TIMES):
        began = perf_counter()
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        body = answer.read()
        spent.append(perf_counter() - began)
        assert answer.status == 200, body[:200]
        assert (b'"key"' in body) is some, (asked, body[:200])
    return spent[WARM:]


def _told(times: list[float]) -> str:
    return f"{median(times) * 1000:.0f} / {quantiles(times, n=20)[-1] * 1000:.0f}"
