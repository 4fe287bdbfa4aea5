"""A file of events to stored rows: received, validated, de-duplicated, marked. The peer is a bare COPY.

The peer copies the same rows into a table with the same columns and indexes, which grows as ours does; after the
first turn its rows are compared with ours.
"""

from __future__ import annotations

import io
import itertools
import json
from typing import TYPE_CHECKING

from bench.city import different_rows, stored_city
from bench.harness import Figures, Row, interleaved, peak_mebibytes

if TYPE_CHECKING:
    from bench.city import Stored

ENTITIES, EVENTS = 1_000, 100_000

ROW = Row(
    id="bulk",
    what=f"a file of {EVENTS:,} events to stored, validated, de-duplicated, marked; peer: a bare COPY, same indexes",
    target="≥ 0.2 ×; stretch 0.4 ×",
)

COLUMNS = """entity_id, source, source_ref, body_sha256, decision_kind, code, severity, decided_on, final, value,
    occasion_id, case_ref, kinds, corrected_on, performed_on, publicity_ends_on, attributes, audit_id"""
OLD = "SELECT public_key FROM entity WHERE status = 'active' AND body ->> 'established_on' < '2026' ORDER BY id"
OUT = f"COPY (SELECT {COLUMNS} FROM event WHERE source = 'bulk-0' ORDER BY id) TO STDOUT"  # noqa: S608 - words of this module
IN = f"COPY bare_event ({COLUMNS}) FROM STDIN"
STORED = f"SELECT {COLUMNS} FROM event WHERE source = 'bulk-0'"  # noqa: S608 - words of this module
BARE = f"SELECT {COLUMNS} FROM bare_event"  # noqa: S608 - words of this module


def measure() -> Figures:
    """Rows a second, ours over the peer's."""
    with stored_city(ENTITIES, events=False) as city, city.connect() as connection:
        keys = [row[0] for row in connection.execute(OLD)]
        connection.execute("CREATE TABLE bare_event (LIKE event INCLUDING ALL)")
        _load(city, _file(keys, 0))
        with connection.cursor().copy(OUT.encode()) as copy:
            rows = b"".join(copy)
        copies, files = itertools.count(1), itertools.count(1)
        prepared = {number: _file(keys, number) for number in range(1, 6)}

        def peer(number: int) -> None:
            with connection.cursor().copy(IN.encode()) as copy:
                copy.write(rows.replace(b"\tbulk-0\t", b"\tbulk-%d\t" % number))

        peer(0)
        assert different_rows(connection, STORED, BARE) == 0, "the peer has other rows"
        works = {"ours": lambda: _load(city, prepared[next(files)]), "peer": lambda: peer(next(copies))}
        seconds = interleaved(works, times=4)
    ratio = seconds["peer"] / seconds["ours"]
    return Figures(
        ours=f"{EVENTS / seconds['ours']:,.0f} events/s",
        peer=f"{EVENTS / seconds['peer']:,.0f} events/s",
        ratio=ratio,
        met=ratio >= 0.2,
        memory=f"peak {peak_mebibytes()} MiB, files included",
    )


def _load(city: Stored, file: bytes) -> None:
    job = city.load(io.BytesIO(file))
    assert (job.state, job.stored) == ("done", EVENTS), job


def _file(keys: list[str], number: int) -> bytes:
    return b"".join(
        json.dumps(
            {
                "source": f"bulk-{number}",
                "source_ref": f"E{place:08d}",
                "entity": keys[place * 7 % len(keys)],
                "code": "no_problem_found",
                "decided_on": f"2026-0{1 + place % 6}-{1 + place % 28:02d}",
                "case_ref": f"A{place // 3}",
            }
        ).encode()
        + b"\n"
        for place in range(EVENTS)
    )
