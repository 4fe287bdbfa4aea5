"""One event a request through gunicorn, durable; and fifty a request. The peer inserts one row a request.

Both write into tables with the same columns and indexes; the peer's rows are compared with ours after the first turn.
"""

from __future__ import annotations

import itertools
import json
from statistics import median

from bench.city import Call, Stored, seconds_of, stored_city, web
from bench.city.servers import BARE, SERVICE
from bench.harness import Figures, Row, peak_mebibytes

ENTITIES, EVENTS, BATCH, TURNS = 1_000, 1_000, 50, 5

ROW = Row(
    id="single-event",
    what=f"one event a request through gunicorn, durable; peer: a bare Flask route with one INSERT. {EVENTS:,} a turn",
    target="≥ 0.3 ×, stretch 0.5 ×; each event of a batch of 50 ≥ 0.5 × the peer's",
)

SAME = """
SELECT count(*) FROM event AS ours JOIN bare_event AS bare
 USING (entity_id, source, source_ref, code, decided_on, decision_kind, final) WHERE ours.source LIKE 'single-%'
"""
OLD = "SELECT public_key FROM entity WHERE status = 'active' AND body ->> 'established_on' < '2026' ORDER BY id"


def measure() -> Figures:
    """Events a second, ours over the peer's, in interleaved turns."""
    numbers = itertools.count()
    seconds: dict[str, list[float]] = {"single": [], "batch": [], "bare": []}
    with stored_city(ENTITIES, events=False) as city:
        with city.connect() as connection:
            connection.execute("CREATE TABLE bare_event (LIKE event INCLUDING ALL)")
            keys = [row[0] for row in connection.execute(OLD)]
        with web(city, SERVICE) as service, web(city, BARE) as bare:
            for turn in range(TURNS + 1):
                number = next(numbers)
                bodies = {way: _bodies(keys, f"{way}-{number}") for way in ("single", "batch")}
                single = [Call("POST", "/v1/events", 201, json.dumps(body).encode()) for body in bodies["single"]]
                packs = [bodies["batch"][place : place + BATCH] for place in range(0, EVENTS, BATCH)]
                batch = [Call("POST", "/v1/events", 200, json.dumps({"events": pack}).encode()) for pack in packs]
                peer = [call._replace(path="/bare/events") for call in single]
                taken = {
                    "single": seconds_of(service, single),
                    "bare": seconds_of(bare, peer),
                    "batch": seconds_of(service, batch),
                }
                if turn == 0:
                    _compare(city)
                    continue
                for way, spent in taken.items():
                    seconds[way].append(spent)
    rate = {way: EVENTS / median(spent) for way, spent in seconds.items()}
    ratio, batched = rate["single"] / rate["bare"], rate["batch"] / rate["bare"]
    return Figures(
        ours=f"{rate['single']:,.0f} events/s; in batches of {BATCH} {rate['batch']:,.0f} ({batched:.2f} ×)",
        peer=f"{rate['bare']:,.0f} events/s",
        ratio=ratio,
        met=ratio >= 0.3 and batched >= 0.5,
        memory=f"peak of the caller {peak_mebibytes()} MiB",
    )


def _bodies(keys: list[str], source: str) -> list[dict[str, str]]:
    return [
        {
            "source": source,
            "source_ref": f"B{place:06d}",
            "entity": keys[place % len(keys)],
            "code": "no_problem_found",
            "decided_on": "2026-06-01",
        }
        for place in range(EVENTS)
    ]


def _compare(city: Stored) -> None:
    """Raises unless the peer has stored what we stored."""
    with city.connect() as connection:
        row = connection.execute(SAME).fetchone()
    assert row == (EVENTS,), f"{row} of {EVENTS} rows are the same"
