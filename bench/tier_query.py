"""The tier of an entity with its explanations, asked by staff through gunicorn; and again by who holds the answer.

The peer reads the very bytes of our answers from one row by key; they are compared before any time is taken. Turns are
short and many, each way goes first as often as the others, and what is compared are the ways of one turn: the ratio is
the median of theirs, so that a slow moment of the machine changes little.
"""

from __future__ import annotations

from statistics import median
from urllib.parse import quote

from bench.city import Call, answers, seconds_of, stored_city, web
from bench.city.servers import BARE, SERVICE
from bench.harness import Figures, Row, peak_mebibytes

ENTITIES, TURNS, WARM = 1_000, 12, 2

ROW = Row(
    id="tier-query",
    what=f"a tier with explanations by staff token, {ENTITIES:,} entities; peer: a bare Flask route that reads one row",
    target="≥ 0.4 ×, stretch 0.7 ×; 304 not slower than 200",
)


def measure() -> Figures:
    """Answers a second, ours over the peer's, in interleaved turns."""
    seconds: dict[str, list[float]] = {"full": [], "same": [], "bare": []}
    with stored_city(ENTITIES) as city, city.connect() as connection:
        keys = [row[0] for row in connection.execute("SELECT public_key FROM entity ORDER BY id")]
        calls = [Call("GET", f"/v1/entities/{quote(key)}/tier", 200) for key in keys]
        connection.execute("CREATE TABLE bare_answer (key text PRIMARY KEY, body bytea NOT NULL)")
        with web(city, SERVICE) as service, web(city, BARE) as bare:
            ours = answers(service, calls)
            with connection.cursor().copy("COPY bare_answer FROM STDIN WITH (FORMAT binary)") as copy:
                copy.set_types(["text", "bytea"])
                for key, answer in zip(keys, ours, strict=True):
                    copy.write_row((key, answer.body))
            peer = [Call("GET", f"/bare/answers/{quote(key)}", 200) for key in keys]
            assert [each.body for each in answers(bare, peer)] == [each.body for each in ours], "other bytes"
            held = [call._replace(status=304, tag=each.tag) for call, each in zip(calls, ours, strict=True)]
            ways = [("full", service, calls), ("bare", bare, peer), ("same", service, held)]
            for turn in range(WARM + TURNS):
                for way, server, asked in ways[turn % 3 :] + ways[: turn % 3]:
                    spent = seconds_of(server, asked)
                    if turn >= WARM:
                        seconds[way].append(spent)
    rate = {way: len(calls) / median(spent) for way, spent in seconds.items()}
    ratio = median(bare / full for bare, full in zip(seconds["bare"], seconds["full"], strict=True))
    lighter = median(full / same for full, same in zip(seconds["full"], seconds["same"], strict=True))
    each = sum(len(answer.body) for answer in ours) // len(ours)
    return Figures(
        ours=f"{rate['full']:,.0f} answers/s of {each:,} bytes; 304: {rate['same']:,.0f}/s",
        peer=f"{rate['bare']:,.0f} answers/s",
        ratio=ratio,
        met=ratio >= 0.4 and lighter >= 1,
        memory=f"peak of the caller {peak_mebibytes()} MiB",
    )
