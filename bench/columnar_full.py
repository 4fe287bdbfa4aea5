"""The illustrative Beijing edition with every primitive in use, against the plain edition in the same run.

Both are asked for totals, grades and tiers without lines, with two threads; a sample is compared with `explain` first.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from bench.harness import Figures, Row, interleaved, peak_mebibytes
from bench.stock import AS_OF, full_chain, full_stock, histories_of, plain_chain, plain_stock
from scoring.rating.columnar import NO_POINTS, STATES, Columns, rate_all
from scoring.rating.explain import explain

ENTITIES = 50_000
SAMPLE = 500

ROW = Row(
    id="columnar-full",
    what="the illustrative Beijing edition with every primitive in use, 1 M events over 50,000 entities",
    target="≥ 0.1 × `columnar-plain`; stretch 0.2 ×",
)


def measure() -> Figures:
    """The rate of the full edition over that of the plain one."""
    full, plain = full_stock(ENTITIES), plain_stock(ENTITIES)
    beijing, simple = full_chain(), plain_chain()
    compare_with_explain(full.part(0, SAMPLE))
    with ThreadPoolExecutor(2) as pool:
        seconds = interleaved(
            {
                "full": lambda: rate_all(full, beijing, AS_OF, lines=False, spread=pool.map),
                "plain": lambda: rate_all(plain, simple, AS_OF, lines=False, spread=pool.map),
            },
            times=11,
        )
    rates = {"full": len(full.events.code) / seconds["full"], "plain": len(plain.events.code) / seconds["plain"]}
    ratio = rates["full"] / rates["plain"]
    return Figures(
        ours=f"{rates['full'] / 1e6:.1f} M events/s",
        peer=f"`columnar-plain` {rates['plain'] / 1e6:.1f} M events/s",
        ratio=ratio,
        met=ratio >= 0.1,
        memory=f"peak {peak_mebibytes()} MiB",
    )


def compare_with_explain(columns: Columns) -> None:
    """Raises unless both engines give the same answer for every entity."""
    chain = full_chain()
    rated = rate_all(columns, chain, AS_OF)
    for place, history in enumerate(histories_of(columns)):
        verdict = explain(history, chain, AS_OF).verdict
        ours = (
            STATES[rated.state[place]],
            None if rated.total[place] == NO_POINTS else int(rated.total[place]),
            (*rated.grades, None)[rated.grade[place]],
            (*rated.tiers, None)[rated.tier[place]],
        )
        assert ours == (verdict.state, verdict.total, verdict.grade, verdict.tier), history.entity
