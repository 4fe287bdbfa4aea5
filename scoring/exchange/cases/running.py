"""A text of cases put to the editions of one rulebook: each case with what was answered otherwise than it says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, cast

from scoring.edition.law import Law, Stretch
from scoring.edition.parse import load
from scoring.edition.place import Place, Refused
from scoring.editions.shipped import calendar_or_weekdays
from scoring.exchange.cases.publicity import answer as answer_publicity
from scoring.exchange.cases.publicity import read_publicity_cases
from scoring.exchange.cases.rating import answer as answer_rating
from scoring.exchange.cases.rating import read_cases
from scoring.exchange.cases.repair import answer_clock, answer_record, read_repair_cases
from scoring.kernel.errors import EditionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.edition.model import Edition

Sort: TypeAlias = Literal["rating", "publicity", "repair", "clock"]

_WORDS = {
    "zh": {"holds": "符合", "differs": "不符", "line": "{about}：应为 {expected}，实为 {given}", "none": "（无）"},
    "en": {"holds": "holds", "differs": "differs", "line": "{about}: expected {expected}, found {given}", "none": "-"},
}


class Difference(NamedTuple):
    """One answer that is not the one stated: of what (``tier``, ``lines/e1``), and both as text; None for no answer."""

    about: str
    expected: str | None
    given: str | None

    def sentence(self, lang: str) -> str:
        """The difference in words."""
        none = _WORDS[lang]["none"]
        return _WORDS[lang]["line"].format(
            about=self.about,
            expected=none if self.expected is None else self.expected,
            given=none if self.given is None else self.given,
        )


class Answered(NamedTuple):
    """One case: what it is a case of, its title by language, and each answer that differs from it."""

    sort: Sort
    title: Mapping[str, str]
    differences: tuple[Difference, ...]

    def sentences(self, lang: str) -> tuple[str, ...]:
        """Whether the case holds, under its title, then each difference."""
        word = _WORDS[lang]["differs" if self.differences else "holds"]
        head = f"{word}: {self.title.get(lang) or self.title['zh']}"
        return (head, *(f"  {one.sentence(lang)}" for one in self.differences))


def run_cases(text: str, editions: Sequence[Edition]) -> tuple[Answered, ...]:
    """Put every case of a text to the editions of one rulebook.

    The text holds ``[[publicity]]`` (cases of publicity), or ``[[case]]`` and ``[[clock]]``. A ``[[case]]`` with
    ``days`` is one of repair, else one of rating. A case of rating or publicity is answered by all the editions
    together, one of repair by the edition that is in force on its day, one of a clock on the day that the clock starts.

    Args:
        text: TOML.
        editions: at least one, all of one rulebook, never two in force at once.

    Raises:
        EditionError: the text cannot be read as cases (every finding), or no edition has the section that a case is
            about (``case_without_section``).
    """
    ordered = sorted(editions, key=lambda edition: edition.force_from)
    at = Place([])
    raw = load(text, at)
    if isinstance(raw, Refused):
        raise EditionError(tuple(at.findings))
    if "publicity" in raw:
        return tuple(_publicity(text, ordered))
    cases = raw.get("case")
    is_repair = "clock" in raw or (
        isinstance(cases, list) and any(isinstance(one, Mapping) and "days" in one for one in cases)
    )
    return tuple(_repair(text, ordered) if is_repair else _rating(text, ordered))


def _rating(text: str, editions: Sequence[Edition]) -> Iterator[Answered]:
    rated = [edition for edition in editions if edition.ratings]
    cases = read_cases(text)
    _refuse_unless(rated, "rating")
    for case in cases:
        yield _answered("rating", case.title, answer_rating(case, *rated))


def _publicity(text: str, editions: Sequence[Edition]) -> Iterator[Answered]:
    cases = read_publicity_cases(text)
    shown = _law([one for one in editions if one.publicity is not None])
    _refuse_unless(shown.stretches, "publicity")
    owed = _law([one for one in editions if one.deadlines is not None])
    for case in cases:
        yield _answered("publicity", case.title, answer_publicity(case, shown, owed))


def _repair(text: str, editions: Sequence[Edition]) -> Iterator[Answered]:
    records, clocks = read_repair_cases(text)
    law = _law([one for one in editions if one.repair is not None])
    if records:
        _refuse_unless(law.stretches, "repair")
    for case in records:
        edition = cast("Edition", law.reading(case.as_of))
        yield _answered("repair", case.title, answer_record(case, edition, calendar_or_weekdays(edition.calendar)))
    for clock in clocks:
        owned = [one for one in editions if clock.procedure in one.matters]
        _refuse_unless(owned, clock.procedure)
        edition = cast("Edition", _law(owned).reading(clock.run.started))
        yield _answered("clock", clock.title, answer_clock(clock, edition, calendar_or_weekdays(edition.calendar)))


def _law(editions: Sequence[Edition]) -> Law:
    return Law(tuple(Stretch(one.force_from, one.force_to, one) for one in editions))


def _refuse_unless(having: Sequence[object], section: str) -> None:
    if not having:
        at = Place([])
        at.refuse(
            "case_without_section",
            zh=f"案例涉及 [{section}]，而所给版本没有这一节；请换用有关版本的案例",
            en=f"the cases are about [{section}], which no edition given has: bring cases of its sections",
        )
        raise EditionError(tuple(at.findings))


def _answered(
    sort: Sort, title: Mapping[str, str], pair: tuple[Mapping[str, object], Mapping[str, object]]
) -> Answered:
    return Answered(sort, title, tuple(_differing(*pair)))


def _differing(expected: Mapping[str, object], given: Mapping[str, object], above: str = "") -> Iterator[Difference]:
    for key in dict.fromkeys((*expected, *given)):
        wanted, found = expected.get(key), given.get(key)
        if isinstance(wanted, Mapping) and isinstance(found, Mapping):
            yield from _differing(wanted, found, f"{above}{key}/")
        elif wanted != found:
            yield Difference(above + key, _said(wanted), _said(found))


def _said(value: object) -> str | None:
    """As the text of a case would have it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(one, int) for one in value):  # noqa: PLR2004 - a ratio
        return f"{value[0]}/{value[1]}"
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value)
    return str(value)
