"""The page of an entity with its reasons and records, and the first results of a search, as a server's time.

Asked one after another, so that nothing waits for another request: the time is that of the server and the loopback.
"""

from __future__ import annotations

from http.client import HTTPConnection
from statistics import median
from time import perf_counter
from urllib.parse import quote

from bench.city import stored_city, web
from bench.city.people import signed_in
from bench.city.servers import SERVICE
from bench.harness import Figures, Row, peak_mebibytes

ENTITIES, LOOKED_AT, WARM = 50_000, 60, 6
ROW = Row(
    id="page-entity",
    what=f"the console's page of an entity among {ENTITIES:,}; beside it a search by part of a name",
    target="≤ 150 ms; a search ≤ 200 ms",
)


def measure() -> Figures:
    """The median of some pages, each of another entity, and of as many searches."""
    with stored_city(ENTITIES) as city, city.connect() as connection, web(city, SERVICE) as server:
        rows = connection.execute(
            "SELECT key, name FROM rating_head ORDER BY md5(key) LIMIT %s", (LOOKED_AT + WARM,)
        ).fetchall()
        cookie = signed_in(city, server)
        page = [_seconds(server.port, cookie, f"/console/entities/{quote(key)}") for key, _ in rows]
        found = [_seconds(server.port, cookie, f"/console/entities?q={quote(name[4:9])}") for _, name in rows]
    whole, searched = median(page[WARM:]), median(found[WARM:])
    return Figures(
        ours=f"{whole * 1000:.0f} ms, slowest {max(page[WARM:]) * 1000:.0f} ms; a search {searched * 1000:.0f} ms",
        peer="none: the time asked for",
        ratio=whole / 0.15,
        met=whole <= 0.15 and searched <= 0.2,
        memory=f"peak of the caller {peak_mebibytes()} MiB",
    )


def _seconds(port: int, cookie: str, path: str) -> float:
    connection = HTTPConnection("127.0.0.1", port)
    began = perf_counter()
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    body = answer.read()
    spent = perf_counter() - began
    assert answer.status == 200, body[:200]
    assert b"</html>" in body
    return spent
