"""Texts of the law: editions, their cases, calendars, and lines of events that are rated by an edition."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from scoring.edition import check, check_chain, parse
from scoring.exchange.cases.publicity import read_publicity_cases
from scoring.exchange.cases.rating import read_cases
from scoring.exchange.cases.repair import read_repair_cases
from scoring.exchange.rate import Asked, Run
from scoring.kernel.calendar_table import calendar_of, read_table
from scoring.kernel.days import parse_day
from scoring.kernel.errors import EditionError, LawError
from scoring.rating.history import EditionChain
from tests.fuzz import changing, hostile
from tests.fuzz.target import Target, promise
from tests.law_cases import shipped
from tests.tidy.tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scoring.exchange.faults import Fault
    from tests.fuzz.target import Attempt

FOLDER = ROOT / "scoring" / "editions"


def text_of(data: bytes) -> str:
    """The text of an input; bytes of no encoding become what no text may hold."""
    return data.decode("utf-8", "surrogateescape")


def told(refused: LawError) -> None:
    """A refusal of the law tells its code and both sentences, and each finding does."""
    promise(kept=bool(refused.code and refused.zh and refused.en), words=refused)
    if isinstance(refused, EditionError):
        for finding in refused.findings:
            promise(kept=bool(finding.code and finding.sentence() and finding.sentence(lang="en")), words=finding)


def _editions() -> Attempt:
    other = parse(shipped.text("bj-culture"))

    def attempt(data: bytes) -> None:
        try:
            edition = parse(text_of(data))
        except EditionError as refused:
            told(refused)
            return
        found = check(edition)
        promise(kept=found == check(edition), words="the lint says one thing and then another")
        for finding in (*found, *check_chain([other, edition])):
            promise(kept=bool(finding.code and finding.zh and finding.en), words=finding)

    return attempt


def _cases() -> Attempt:
    readers: tuple[Callable[[str], object], ...] = (read_cases, read_publicity_cases, read_repair_cases)

    def attempt(data: bytes) -> None:
        for read in readers:
            try:
                read(text_of(data))
            except LawError as refused:
                told(refused)

    return attempt


def _calendars() -> Attempt:
    def attempt(data: bytes) -> None:
        try:
            table = read_table(text_of(data))
            calendar_of(table.jurisdiction, [table])
        except LawError as refused:
            told(refused)

    return attempt


def _lines() -> Attempt:
    chain = EditionChain((parse(shipped.text("bj-culture")),))
    asked = Asked(parse_day("2026-06-30"), explain=True, sorted=False, keeps_good=True)

    def say(fault: Fault) -> None:
        promise(kept=bool(fault.sentence("zh") and fault.sentence("en")), words=fault)

    def attempt(data: bytes) -> None:
        answers: list[bytes] = []
        try:
            Run(asked, chain, put=answers.append, say=say).over(BytesIO(data).readline)
        except LawError as refused:
            told(refused)

    return attempt


def _texts(*patterns: str) -> Callable[[], Iterator[bytes]]:
    return lambda: (path.read_bytes() for pattern in patterns for path in sorted(FOLDER.glob(pattern)))


def _events() -> Iterator[bytes]:
    yield (
        b'{"entity":"E1","kind":"cinema","code":"K1","severity":"minor","decided_on":"2025-03-01"}\n'
        b'{"entity":"E1","kinds":["cinema"],"code":"penalty.fine","decided_on":"2025-03-02","value":"-12.5","id":"a"}\n'
        b'{"entity":"E1","occasion":"o1","occasion_type":"inspection","held_on":"2025-04-01","closed":true}\n'
        b'{"entity":"E1","licences":[["2020-01-01",null]],"known_since":"2020-01-01"}\n'
        b'{"entity":"E1","as_of":"2025-06-01"}\n'
    )
    yield (
        b'{"entity":"E2","kind":"net_cafe","code":"no_problem_found","occasion":"o","decided_on":"2026-01-01",'
        b'"final":true,"case_ref":"c","corrected_on":"2026-02-01","performed_on":"2026-02-02",'
        b'"repaired_on":"2026-03-01","annulled_on":null,"publicity_ends_on":"2027-01-01","source":"s"}\n'
    )


TARGETS = (
    Target("edition", _editions, _texts("*.toml"), hostile.of_toml, changing.words, 65_536),
    Target("cases", _cases, _texts("cases/*.toml", "cases/*/*.toml"), hostile.of_toml, changing.words),
    Target("calendar", _calendars, _texts("calendars/*.toml"), hostile.of_toml, changing.words, 4_096),
    Target("rated-lines", _lines, _events, hostile.of_json, changing.words, 4_096),
)
