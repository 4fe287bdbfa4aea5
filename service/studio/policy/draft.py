"""The text of an edition with the ratios of a plan: for an editor to read, mend and propose; nothing takes it over."""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil, gcd
from typing import TYPE_CHECKING

from scoring.edition.parse import parse
from scoring.kernel.errors import EditionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.edition.model import Edition


def draft(text: str, edition: Edition, visits: Mapping[str, int], entities: Mapping[str, int]) -> str | None:
    """The text with ``ratio`` and, for more than a visit a year, ``min_per_year`` of each tier; all else as it is.

    A tier of which the edition says nothing gets nothing said, and one that gets as many visits as the edition asks for
    keeps its words: rounded up to whole visits, its ratio would grow from draft to draft. None where the frequency is
    written in a way that this does not read, so that the result would be no edition.
    """
    others = [tier for tier in visits if tier in edition.frequency and not _asks(edition, tier, visits, entities)]
    for tier in others:
        times, rest = divmod(visits[tier], entities[tier])
        text = _with(text, tier, times, (1, 1) if times else _lowest(rest, entities[tier]))
    try:
        changed = parse(text)
    except EditionError:
        return None
    return text if all(_says(changed, tier, visits[tier], entities[tier]) for tier in others) else None


def _asks(edition: Edition, tier: str, visits: Mapping[str, int], entities: Mapping[str, int]) -> bool:
    """Whether the edition as it is asks for as many visits of a tier."""
    said = edition.frequency[tier]
    ratio = Fraction(0) if said.ratio is None else Fraction(*said.ratio)
    return visits[tier] == max(1, ceil(max(ratio, Fraction(said.min_per_year or 0)) * entities[tier]))


def _with(text: str, tier: str, times: int, ratio: tuple[int, int]) -> str:
    table = re.search(rf"^\[frequency\.{re.escape(tier)}\][^\n]*\n(?:(?!\[)[^\n]*\n?)*", text, re.MULTILINE)
    if table is None:
        return text
    body = _set(table[0], "ratio", f'"{ratio[0]}/{ratio[1]}"')
    if times > 1 or re.search(r"^min_per_year\s*=", body, re.MULTILINE):
        body = _set(body, "min_per_year", str(times))
    return text[: table.start()] + body + text[table.end() :]


def _set(table: str, key: str, value: str) -> str:
    line = re.compile(rf"^{key}\s*=(?:[ \t]*[^\s#]+(?:[ \t]+[^\s#]+)*)?", re.MULTILINE)
    if line.search(table):
        return line.sub(f"{key} = {value}", table, count=1)
    head, _, rest = table.partition("\n")
    return f"{head}\n{key} = {value}\n{rest}"


def _lowest(part: int, whole: int) -> tuple[int, int]:
    common = gcd(part, whole)
    return part // common, whole // common


def _says(edition: Edition, tier: str, visits: int, entities: int) -> bool:
    """Whether the edition asks for the visits of a plan, as far as whole visits of everybody go."""
    said = edition.frequency[tier]
    if said.ratio is None:
        return False
    return said.ratio[0] * entities == visits * said.ratio[1] or (visits >= entities and said.ratio[0] == said.ratio[1])
