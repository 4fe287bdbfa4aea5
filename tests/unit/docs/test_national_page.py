"""The figures of the page on rating a country follow from those that it says were measured."""

from __future__ import annotations

import re

from service.platform import catalogue
from tests.tidy.tree import ROOT, read

PAGE = read(ROOT / "docs" / "national.md")
COUNTRY = 180_000_000
TABLE = {
    name.strip(): float(figure.replace(",", ""))
    for name, figure in re.findall(r"^\| ([^|]+) \| ([\d,.]+) \|", PAGE.partition("## Capacity")[2], re.MULTILINE)
}


def test_what_is_said_to_follow_follows() -> None:
    entities, events = TABLE["entities"], TABLE["events"]
    evidence, ratings = TABLE["bytes of evidence"] / entities, TABLE["bytes of ratings"] / entities
    speed = int(entities / (TABLE["processor time of the cluster, Java and Python, ms"] / 1000))
    files = COUNTRY / 50_000
    followed = {
        "entity, bytes of evidence": round(evidence),
        "event, bytes of evidence": round(TABLE["bytes of evidence"] / events),
        "entity, bytes of rating": round(ratings),
        "core and second, entities": speed,
        "evidence, GB": round(COUNTRY * evidence / 1e9, 1),
        "ratings, GB": round(COUNTRY * ratings / 1e9, 1),
        "files": files,
        "jobs": files / 400,
        "bytes that the driver holds for a job, MB": round(400 * 50_000 * ratings / 1e6),
        "bytes by which the driver knows whom it has seen, MB": COUNTRY * 8 / 1e6,
        "minutes of one core": round(COUNTRY / speed / 60),
        "seconds of a hundred cores": round(COUNTRY / speed / 100),
    }
    assert {name: TABLE[name] for name in followed} == followed
    assert f"{TABLE['evidence, GB']} GB at 1 GB/s are {TABLE['evidence, GB']:.0f} seconds" in PAGE


def test_every_problem_that_is_named_is_one() -> None:
    named = set(re.findall(r"`(national_\w+)`", PAGE))
    assert len(named) > 4
    assert named <= catalogue().keys()
