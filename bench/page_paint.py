"""A real browser before the console: when the largest part of a page is painted, and how much came over the line.

The processor of the page is slowed four times, as that of a cheap phone. Each page is opened by a browser that keeps
nothing yet; what ECharts weighs is counted apart, since only pages with charts load it.
"""

from __future__ import annotations

import shutil
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bench.city import stored_city, web
from bench.city.people import signed_in
from bench.city.servers import SERVICE
from bench.harness import Figures, Row

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ENTITIES, TIMES, SLOWER = 1_000, 7, 4
PAINTED = """
new Promise((done) => new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime))
  .observe({ type: "largest-contentful-paint", buffered: true }))
"""
ROW = Row(
    id="page-paint",
    what=f"the console's page of an entity in Chromium, its processor {SLOWER} times slower, nothing kept before",
    target="largest paint ≤ 1 s; ≤ 200 KiB over the line without ECharts",
)


def measure() -> Figures:
    """The median of the largest paints; the bytes of the last page."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - of an extra

    with stored_city(ENTITIES) as city, city.connect() as connection, web(city, SERVICE) as server:
        row = connection.execute("SELECT key FROM rating_head WHERE tier = 'B' ORDER BY key LIMIT 1").fetchone()
        assert row is not None
        secret = signed_in(city, server).partition("=")[2]
        address = f"http://127.0.0.1:{server.port}"
        cookie = {"name": "xinjian-console", "value": secret, "url": f"{address}/console"}
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            looks = [_look(browser, cookie, f"{address}/console/entities/{quote(row[0])}") for _ in range(TIMES)]
            browser.close()
    paint = median(milliseconds for milliseconds, _, _ in looks)
    _, weight, chart = looks[-1]
    return Figures(
        ours=f"{paint:.0f} ms; {weight / 1024:.0f} KiB, and {chart / 1024:.0f} KiB of ECharts",
        peer="none: the time asked for",
        ratio=paint / 1000,
        met=paint <= 1000 and weight <= 200 * 1024,
        memory="not measured: the browser's own",
    )


def _look(browser: Browser, cookie: dict[str, Any], address: str) -> tuple[float, int, int]:
    """Milliseconds to the largest paint; bytes over the line without ECharts, and those of it."""
    context = browser.new_context()
    context.add_cookies([cookie])
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    line.send("Network.enable")
    named: dict[str, str] = {}
    weights: dict[str, int] = {}
    line.on("Network.requestWillBeSent", lambda said: named.update({said["requestId"]: said["request"]["url"]}))
    line.on("Network.loadingFinished", lambda said: weights.update({said["requestId"]: int(said["encodedDataLength"])}))
    page.goto(address, wait_until="networkidle")
    painted: float = page.evaluate(PAINTED)
    chart = sum(size for request, size in weights.items() if "echarts" in named.get(request, ""))
    whole = sum(weights.values())
    context.close()
    return painted, whole - chart, chart
