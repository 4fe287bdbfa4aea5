"""The verifier of draws: ``verify`` takes the bytes of a file and tells each check (section 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.kernel.verdicts import Verdicts
from scoring.sampling.language import LONGEST, DocumentError, read
from scoring.sampling.shapes import check
from scoring.sampling.verify import chance, drawn, frame, log, register, staff, times
from scoring.sampling.verify.case import Case, Outside
from scoring.sampling.verify.certified import check_certificate
from scoring.sampling.verify.outside import check_outside, shown
from scoring.sampling.verify.verdicts import CODES, READING, Findings
from scoring.sampling.verify.words import LAST, SENTENCES

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final

    from scoring.kernel.verdicts import Said

__all__ = ["CODES", "LONGEST", "DocumentError", "Outside", "Report", "read_transcript", "verify"]

_OF_DOCUMENTS: Final[tuple[Callable[[Case], None], ...]] = (
    register.check_register,
    register.check_commitment,
    times.check_times,
    times.check_roles,
    times.check_plan,
    chance.check_links,
    chance.check_registered_chance,
    chance.check_witnesses,
    chance.check_secret,
    chance.check_attempt,
    chance.check_values,
    drawn.check_result,
    log.check_opening,
    check_outside,
)
_OF_PARTS: Final[tuple[Callable[[Case], None], ...]] = (
    frame.check_frame,
    frame.check_carried,
    drawn.check_sizes,
    drawn.check_drawn,
    staff.check_roster,
    staff.check_teams,
    log.check_log,
)


class Report(Verdicts):
    """Every check in the order of the page. ``values``: what to compare outside: commitment, closing time, beacon."""

    def __init__(self, said: tuple[Said, ...], values: tuple[str, str, str] = ("", "", "")) -> None:
        super().__init__(said)
        self.values = values

    @property
    def anchored(self) -> bool:
        """Whether commitment or head, the time of the closing, and the beacon's value came from outside."""
        held = {each.code for each in self.said if each.verdict == "PASS"}
        return bool(held & {"X-COMMITMENT", "X-HEAD"}) and {"X-TIME", "X-BEACON"} <= held

    def lines(self, lang: str) -> list[str]:
        """The report in words; the last line says how far it carries."""
        last = "failed" if not self.passes() else "anchored" if self.anchored else "not_anchored"
        # A certificate may come before the beacon.
        commitment, closed_at, beacon = (value or "–" for value in self.values)
        sentence = LAST[last][lang == "en"].format(commitment=commitment, closed_at=closed_at, beacon=beacon)
        return [*(each.line(SENTENCES, lang) for each in self.said), sentence]


def read_transcript(data: bytes) -> dict[str, Any]:
    """A transcript or certificate, strictly read.

    Raises:
        DocumentError: any ``P-…``.
    """
    document = read(data)
    check(document)
    return document


def verify(data: bytes, outside: Outside | None = None) -> Report:
    """Check a file; it never raises on what a file says."""
    try:
        document = read_transcript(data)
    except DocumentError as refused:
        findings = Findings()
        findings.fail(refused.code, refused.pointer or "/", refused.said, "", "refused")
        return Report(tuple(findings.all()))
    case = Case(document, outside or Outside())
    case.findings.ok(*READING)
    certified = document["type"] == "certificate"
    if certified:
        check_certificate(case)
        check_outside(case)
    else:
        for each in (*_OF_DOCUMENTS, *(_OF_PARTS if frame.check_parts(case) else ())):
            each(case)
    beacon = [shown(value) for value in case.entropy["values"]] if case.entropy else []
    values = (case.digests["commitment"], str(case.closing["closed_at"]), " ".join(beacon))
    return Report(tuple(case.findings.all("not_in_certificate" if certified else "not_reached")), values)
