"""The first results of the console's search, asked in every way there is, among a million entities.

Each question is asked of its page with the cookie of a browser, one after another: the time is the server's, from the
question to the last byte of the page. Tiers are asked for too, though none is there.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sqlalchemy import text

from bench.city import Stored, web
from bench.city.people import signed_in
from bench.city.servers import SERVICE
from bench.city.stored import UNTIL
from bench.harness import Figures, Row, peak_mebibytes
from service import register, sample
from service.cli.prepare import prepare
from service.cli.runtime import OPERATOR, Runtime
from service.platform import Database, migrate
from service.platform.embedded import EmbeddedStack
from service.platform.web import write_cursor

if TYPE_CHECKING:
    from collections.abc import Iterator

ENTITIES, TIMES, WARM = 1_000_000, 20, 2
LONGEST = 0.2
ROW = Row(
    id="page-search",
    what=f"the console's search, the first 25 of {ENTITIES:,} entities: the slowest of many ways to ask",
    target="≤ 200 ms for each",
)
WAYS: dict[str, tuple[dict[str, str], bool]] = {
    "everybody": ({}, True),
    "everybody's name": ({"q": "示例"}, True),
    "common part": ({"q": "朝阳"}, True),
    "one character": ({"q": "延"}, True),
    "two letters": ({"q": "yq"}, True),
    "initials": ({"q": "slcyq"}, True),
    "pinyin": ({"q": "lvxingshe"}, True),
    "pinyin, late": ({"q": "yanqing"}, True),
    "rare name": ({"q": "0000010号"}, True),
    "characters and digits": ({"q": "甲乙旅行社00"}, True),
    "beginning of a code": ({"q": "9111010"}, True),
    "its scheme too": ({"q": "uscc:91110119"}, True),
    "digits": ({"q": "0001"}, True),
    "traditional": ({"q": "互聯網上網服務"}, True),
    "address": ({"address": "甲丙示例街12号院"}, True),
    "common address": ({"address": "朝阳区"}, True),
    "address and name": ({"q": "旅行社", "address": "1号楼"}, True),
    "nothing": ({"q": "龘靐"}, False),
    "nothing, letters": ({"q": "qqxxzz"}, False),
    "district": ({"region": "110119"}, True),
    "authority": ({"authority": "bj-culture-110119"}, True),
    "kind": ({"kind": "travel_agency"}, True),
    "kind that nobody has": ({"kind": "unheard_of"}, False),
    "status": ({"status": "suspended"}, False),
    "part, district": ({"q": "号", "region": "110119"}, True),
    "part, another district": ({"q": "朝阳", "region": "110119"}, False),
    "part, authority": ({"q": "朝阳", "authority": "bj-culture-110105"}, True),
    "part, kind": ({"q": "甲乙", "kind": "travel_agency"}, True),
    "part, kind, district": ({"q": "甲乙", "kind": "travel_agency", "region": "110119"}, True),
    "part, status": ({"q": "朝阳", "status": "active"}, True),
}
"""Ways to ask, and whether anybody is found so."""
DEEP = 100_000
"""Entities before the page that is called deep, of those that `朝阳` finds."""
_THERE = text(
    "SELECT pinyin, id FROM entity WHERE position('朝阳' IN name_key) > 0 ORDER BY pinyin, id OFFSET :deep LIMIT 1"
)


def measure() -> Figures:
    """The median and the slowest of 20 of each way to ask; the row holds the slowest way."""
    with register_alone(ENTITIES) as city, web(city, SERVICE) as server:
        with city.database.reader() as session:
            there = session.execute(_THERE, {"deep": DEEP}).one()
        ways = {**WAYS, "a deep page": ({"q": "朝阳", "cursor": write_cursor(tuple(there))}, True)}
        cookie = signed_in(city, server)
        found = {name: _times(server.port, cookie, asked, some) for name, (asked, some) in ways.items()}
    slowest = max(found, key=lambda name: median(found[name]))
    told = "; ".join(f"{name} {_told(times)}" for name, times in found.items())
    spent = median(found[slowest])
    return Figures(
        ours=f"{slowest}: {spent * 1000:.0f} ms; median / slowest, ms: {told}",
        peer="none: the time asked for",
        ratio=spent / LONGEST,
        met=spent <= LONGEST,
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


def _times(port: int, cookie: str, asked: dict[str, str], some: bool) -> list[float]:  # noqa: FBT001 - of the table above
    connection = HTTPConnection("127.0.0.1", port)
    spent = []
    for _ in range(WARM + TIMES):
        began = perf_counter()
        connection.request("GET", f"/console/entities?{urlencode(asked)}", headers={"Cookie": cookie})
        answer = connection.getresponse()
        body = answer.read()
        spent.append(perf_counter() - began)
        assert answer.status == 200, body[:200]
        assert (b'<th scope="row">' in body) is some, asked
    return spent[WARM:]


def _told(times: list[float]) -> str:
    return f"{median(times) * 1000:.0f} / {max(times) * 1000:.0f}"
