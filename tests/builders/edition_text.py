"""A small edition as TOML text, to be changed in one place per test."""

HEAD = """
id = "t.1"
rulebook = "t"
title = { zh = "试" }
legal_basis = [{ zh = "法" }]
verified = true
illustrative = false
authority = "here"
force_from = 2026-01-01
published_to_public = false
"""
CLAUSES = """
[clauses]
"art. 1" = { zh = "第一条" }
"""
RATING = """
[rating]
direction = "higher_better"
base = 100
base_clause = "art. 1"
tiers = ["A", "B"]
[[rating.dimension]]
key = "d"
name = { zh = "项" }
[[rating.grade]]
key = "A"
name = { zh = "优" }
tier = "A"
clause = "art. 1"
at_least = 80
[[rating.grade]]
key = "B"
name = { zh = "良" }
tier = "B"
clause = "art. 1"
"""
EVENT = """
[[rating.event]]
code = "x"
name = { zh = "事" }
clause = "art. 1"
dimension = "d"
"""


def edition_text(*, head: str = "", rating: str = "", event: str = "points = -1", after: str = "") -> str:
    """The text: ``head`` joins the envelope, ``rating`` the rating section, ``event`` the event, ``after`` the end."""
    body = RATING.replace("base = 100", "base = 100\n" + rating) if rating else RATING
    return HEAD + head + CLAUSES + body + EVENT + event + "\n" + after


def event_text(code: str, rest: str) -> str:
    """One more event rule."""
    return EVENT.replace('"x"', f'"{code}"') + rest + "\n"
