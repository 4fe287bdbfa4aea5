"""Canonical JSON of parts that come again and again, remembered as bytes ready to be joined.

A part that stands inside an object begins with its comma; whole objects of a list do not.
"""

from __future__ import annotations

from datetime import date
from json.encoder import encode_basestring as quote
from typing import TYPE_CHECKING, Final, TypeVar

from scoring.kernel.points import format_points

if TYPE_CHECKING:
    from collections.abc import Callable

    from scoring.edition.model import Frequency
    from scoring.rating.lines import Treatment
    from scoring.rating.result import Cut, Factor, Outcome, RiskPart, Streak

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


def _begin(parts: tuple[str | None, int | None]) -> str:
    """The end of the day of the answer, then the band and the base."""
    banded, base = parts
    return '"' + said("banded", banded) + ("" if base is None else _points(("base", base)))


def _points(pair: tuple[str, int]) -> str:
    return f',{quote(pair[0])}:"{format_points(pair[1])}"'


def _kind(parts: tuple[str | None, bool, str]) -> str:
    grade, illustrative, kind = parts
    return said("grade", grade) + (',"illustrative":true' if illustrative else "") + said("kind", kind)


def _end(parts: tuple[str, Streak | None, str | None]) -> str:
    state, streak, tier = parts
    return said("state", state) + ("" if streak is None else _streak(streak)) + said("tier", tier)


def _edition(parts: tuple[str | None, str | None, str | None]) -> str:
    direction, edition, digest = parts
    return said("direction", direction) + said("edition", edition) + said("edition_digest", digest)


def texts_of(treatment: Treatment) -> list[bytes]:
    """What a line says of it: up to its day, from there to the reference, up to the source, up to the span's end."""
    if not treatment.texts:
        written = _named(treatment), _read_by(treatment), _given(treatment), _stands(treatment)
        treatment.texts[:] = [_ONCE[text] for text in written]
    return treatment.texts


def _named(one: Treatment) -> str:
    """The clause and the code; of an event that is rated also what counts, and what cut it."""
    rated = "" if one.raw is None else f',"counted":"{format_points(one.counted)}"'
    cuts = f',"cuts":[{",".join(map(_cut, one.cuts))}]' if one.cuts else ""
    return f'{said("clause", one.clause)},"code":{quote(one.code)}{rated}{cuts},"decided_on":"'[1:]


def _read_by(one: Treatment) -> str:
    """Which dimension and edition read the event, its factors and points."""
    factors = f',"factors":[{",".join(map(_factor, one.factors))}]' if one.factors else ""
    raw = "" if one.raw is None else f',"raw":"{format_points(one.raw)}"'
    return f'"{said("dimension", one.dimension)}{said("edition", one.edition)}{factors}{raw},"ref":"'


def _given(one: Treatment) -> str:
    """What was given back."""
    restored = one.restored
    given = "" if restored is None else f',"restored":{{"clause":{quote(restored.clause)},"share":{restored.share}}}'
    return f'"{given},"source":'


def _stands(one: Treatment) -> str:
    return f',"standing":{quote(one.standing)}'


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
POINTS: Final[Texts[tuple[str, int]]] = Texts(_points)
BEGIN: Final[Texts[tuple[str | None, int | None]]] = Texts(_begin)
KIND: Final[Texts[tuple[str | None, bool, str]]] = Texts(_kind)
END: Final[Texts[tuple[str, Streak | None, str | None]]] = Texts(_end)
NEXT_CHANGE: Final[Texts[date | None]] = Texts(
    lambda day: said("next_change_on", None if day is None else day.isoformat())
)
EDITION: Final[Texts[tuple[str | None, str | None, str | None]]] = Texts(_edition)
OUTCOME: Final[Texts[Outcome]] = Texts(_outcome)
RISK: Final[Texts[str]] = Texts(lambda level: f',"risk":{{"level":{quote(level)},"parts":[')
RISK_PART: Final[Texts[RiskPart]] = Texts(_risk_part)
FREQUENCY: Final[Texts[Frequency]] = Texts(_frequency)

# The parts of a line that are not of its treatment.
ISO: Final[Texts[date]] = Texts(date.isoformat)
SOURCE: Final[Texts[str]] = Texts(quote)
UNTIL: Final[Texts[date | None]] = Texts(_until)
_ONCE: Final[Texts[str]] = Texts(str)
"""Pieces of treatments, each kept once: most treatments differ in one piece, and fewer bytes are found sooner."""
