"""Canonical JSON of parts that come again and again, remembered as bytes ready to be joined.

A part that stands inside an object begins with its comma; whole objects of a list do not.
"""

from __future__ import annotations

from json.encoder import encode_basestring as quote
from typing import TYPE_CHECKING, Final, TypeVar

from scoring.kernel.points import format_points

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from scoring.edition.model import Frequency
    from scoring.rating.result import Cut, Factor, Outcome, Restored, RiskPart, Streak

_REMEMBERED: Final = 20_000
_Key = TypeVar("_Key")

NEXT: Final = b",{"
"""Between a line and the next."""


class Texts(dict[_Key, bytes]):
    """The bytes of parts met before; bounded, so that no input can fill the memory."""

    __slots__ = ("_write",)

    def __init__(self, write: Callable[[_Key], str]) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, part: _Key) -> bytes:
        """Write a part not met before."""
        if len(self) >= _REMEMBERED:
            self.clear()
        written = self[part] = self._write(part).encode()
        return written


def said(key: str, text: str | None) -> str:
    """A text under a key, nothing where there is none."""
    return "" if text is None else f',"{key}":{quote(text)}'


def _day(pair: tuple[str, date]) -> str:
    return f',"{pair[0]}":"{pair[1].isoformat()}"'


def _edition(parts: tuple[str | None, str, str | None]) -> str:
    direction, edition, digest = parts
    return said("direction", direction) + said("edition", edition) + said("edition_digest", digest)


def _named(parts: tuple[str | None, str, int | None, int, tuple[Cut, ...]]) -> str:
    """The clause and the code; of an event that is rated also what counts, and what cut it."""
    clause, code, raw, counted, cuts = parts
    named = f'{said("clause", clause)},"code":{quote(code)}'[1:]
    if raw is None:
        return named
    cut = f',"cuts":[{",".join(map(_cut, cuts))}]' if cuts else ""
    return f'{named},"counted":"{format_points(counted)}"{cut}'


def _read_by(parts: tuple[str | None, str | None, tuple[Factor, ...], int | None]) -> str:
    """Which dimension and edition read the event, its factors and points; then its reference up to the text."""
    dimension, edition, factors, raw = parts
    multiplied = f',"factors":[{",".join(map(_factor, factors))}]' if factors else ""
    points = "" if raw is None else f',"raw":"{format_points(raw)}"'
    return f'{said("dimension", dimension)}{said("edition", edition)}{multiplied}{points},"ref":"'


def _stands(parts: tuple[Restored | None, str, str]) -> str:
    """What follows the text of the reference: what was given back, the source, the standing."""
    restored, source, standing = parts
    given = "" if restored is None else f',"restored":{{"clause":{quote(restored.clause)},"share":{restored.share}}}'
    return f'"{given},"source":{quote(source)},"standing":{quote(standing)}'


def _until(day: date | None) -> str:
    """The end of the line, and what comes between it and the next."""
    return ("" if day is None else f',"valid_until":"{day.isoformat()}"') + "}" + NEXT.decode()


def _factor(one: Factor) -> str:
    nth = "" if one.nth is None else f',"nth":{one.nth}'
    return f'{{"clause":{quote(one.clause)},"factor":{one.factor}{nth}}}'


def _cut(one: Cut) -> str:
    return f'{{"clause":{quote(one.clause)},"left":"{format_points(one.left)}","stage":"{one.stage}"}}'


def _streak(streak: Streak) -> str:
    return f',"streak":{{"clause":{quote(streak.clause)},"points":"{format_points(streak.points)}"}}'


def _outcome(outcome: Outcome) -> str:
    grade = "" if outcome.grade is None else f',"grade":{quote(outcome.grade)}'
    rest = said("reason", outcome.reason) + said("state", outcome.state)
    return f',"outcome":{{"clause":{quote(outcome.clause)}{grade}{rest}}}'


def _risk_part(part: RiskPart) -> str:
    points = f'"clause":{quote(part.clause)},"points":"{format_points(part.points)}"'
    if part.ref is None:
        return f'{{"attribute":{quote(part.attribute or "")},{points}}}'
    return f'{{{points},"ref":{quote(part.ref[1])},"source":{quote(part.ref[0])}}}'


def _frequency(frequency: Frequency) -> str:
    counts = "".join(
        f',"{key}":{count}'
        for key, count in (
            ("max_per_year", frequency.max_per_year),
            ("min_interval_days", frequency.min_interval_days),
            ("min_per_year", frequency.min_per_year),
        )
        if count is not None
    )
    off_site = ',"off_site_first":true' if frequency.off_site_first else ""
    ratio, sample = _ratio("ratio", frequency.ratio), _ratio("verification_sample", frequency.verification_sample)
    return f',"frequency":{{"clause":{quote(frequency.clause)}{counts}{off_site}{ratio}{sample}}}'


def _ratio(key: str, ratio: tuple[int, int] | None) -> str:
    return "" if ratio is None else f',"{key}":"{ratio[0]}/{ratio[1]}"'


TEXT: Final[Texts[tuple[str, str]]] = Texts(lambda pair: said(*pair))
POINTS: Final[Texts[tuple[str, int]]] = Texts(lambda pair: f',{quote(pair[0])}:"{format_points(pair[1])}"')
DAY: Final[Texts[tuple[str, date]]] = Texts(_day)
EDITION: Final[Texts[tuple[str | None, str, str | None]]] = Texts(_edition)
STREAK: Final[Texts[Streak]] = Texts(_streak)
OUTCOME: Final[Texts[Outcome]] = Texts(_outcome)
RISK_PART: Final[Texts[RiskPart]] = Texts(_risk_part)
FREQUENCY: Final[Texts[Frequency]] = Texts(_frequency)

# The parts of a line, by what stands in them.
NAMED: Final[Texts[tuple[str | None, str, int | None, int, tuple[Cut, ...]]]] = Texts(_named)
DECIDED: Final[Texts[date]] = Texts(lambda day: f',"decided_on":"{day.isoformat()}"')
READ_BY: Final[Texts[tuple[str | None, str | None, tuple[Factor, ...], int | None]]] = Texts(_read_by)
STANDS: Final[Texts[tuple[Restored | None, str, str]]] = Texts(_stands)
UNTIL: Final[Texts[date | None]] = Texts(_until)
