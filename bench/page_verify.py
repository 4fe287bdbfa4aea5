"""A stranger's browser before the page that verifies draws: how long a city's file takes, and what it blocks.

The page is the portal's, served by the service; the verifier is the one in plain JavaScript that it loads, in a worker
of its own. A task that keeps the page from answering longer than 50 ms is told by the browser as a long one.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

from bench.city import stored_city, web
from bench.city.servers import SERVICE
from bench.harness import Figures, Row
from bench.stock.city_draw import ENTITIES, city_draw, city_rows
from scoring.kernel.canonical import canonical

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TIMES, MOST, MOST_BLOCKED = 3, 3.0, 200.0
WATCH = """
window.blocked = [0];
new PerformanceObserver((list) => blocked.push(...list.getEntries().map((task) => task.duration)))
  .observe({ type: "longtask" });
"""
TOLD = "#verify:not([aria-busy]) #verify-outcome:not([hidden])"
ROW = Row(
    id="page-verify",
    what=f"the full transcript of `draw-city`, {ENTITIES:,} entities, verified in Chromium on the portal's page",
    target=f"≤ {MOST:.0f} s; the page never blocked longer than {MOST_BLOCKED:.0f} ms",
)


def measure() -> Figures:
    """The median of the seconds from choosing the file to the outcome; the longest task of the page's own thread."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - of an extra

    with TemporaryDirectory() as folder, stored_city(0) as city, web(city, SERVICE) as server:
        document = city_draw(city_rows())
        good, changed = Path(folder) / "draw.json", Path(folder) / "changed.json"
        good.write_bytes(canonical(document))
        document = json.loads(good.read_bytes())
        document["parts"][0]["frame"][0][1] = "bookshop"
        changed.write_bytes(canonical(document))
        address = f"http://127.0.0.1:{server.port}/portal/verify"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            assert _failing(browser, address, changed)[0] > 0, "a changed file must be refused"
            looks = [_failing(browser, address, good) for _ in range(TIMES)]
            browser.close()
        size = good.stat().st_size
    assert not any(failing for failing, _, _ in looks), "the file must hold"
    seconds, blocked = median(taken for _, taken, _ in looks), max(longest for _, _, longest in looks)
    return Figures(
        ours=f"{seconds:.2f} s for {size / 1024**2:.1f} MiB; longest task of the page {blocked:.0f} ms",
        peer="none: the time asked for",
        ratio=MOST / seconds,
        met=seconds <= MOST and blocked <= MOST_BLOCKED,
        memory="not measured: the browser's own",
    )


def _failing(browser: Browser, address: str, file: Path) -> tuple[int, float, float]:
    """How many checks fail, the seconds until that is told, and the milliseconds of the longest task meanwhile."""
    page = browser.new_page()
    page.goto(address, wait_until="networkidle")
    page.evaluate(WATCH)
    began = perf_counter()
    page.set_input_files("#verify-file", file)
    page.wait_for_selector(TOLD, timeout=120_000)
    taken = perf_counter() - began
    page.evaluate("new Promise((done) => setTimeout(done, 300))")  # long tasks are told somewhat later
    found = page.locator("#verify-failing li").count(), taken, float(page.evaluate("Math.max(...blocked)"))
    page.close()
    return found
