"""From what a person asks to two laws over a stock: which text is tried, on which day, on which copy of the city."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scoring.edition import check
from scoring.edition.changed import changed
from scoring.kernel.errors import EditionError
from service import editions
from service.platform import Problem
from service.studio.dry_run.reach import reach_of
from service.studio.dry_run.sides import Question
from service.studio.stock import chosen_stock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from sqlalchemy.orm import Session

    from scoring.edition.model import Edition
    from scoring.kernel.errors import Finding
    from scoring.rating.history import EditionChain
    from service.editions import Shelf
    from service.platform import Actor


class Wanted(NamedTuple):
    """What is to be tried: a text, a proposal by its number, or an edition by its id, as it is or with some changes.

    ``changes``: pairs of place and value (`scoring.edition.changed`). ``within``: points from a bound. ``position``:
    that of an older stock. ``causes``: whether each changed clause is tried by itself.
    """

    text: str | None = None
    proposal: int | None = None
    edition: str | None = None
    changes: Sequence[tuple[str, str]] = ()
    day: date | None = None
    position: int | None = None
    within: int = 1
    causes: bool = True


class Rehearsal(NamedTuple):
    """A question with what it came from: the edition tried, its text, and the editions in force without and with it.

    ``remarks``: what the lint doubts of the edition, as when it is proposed.
    """

    question: Question
    tried: Edition
    text: str
    without: Shelf
    having: Shelf
    remarks: tuple[Finding, ...]


def rehearsal_of(session: Session, folder: Path | None, actor: Actor, wanted: Wanted) -> Rehearsal:
    """Lay out a dry run. Both laws are asked of one day, so that nobody moves merely because time passes.

    Raises:
        Problem: ``dry_run_one_text``, ``edition_proposal_not_found``, ``edition_unknown``, ``edition_invalid``,
            ``dry_run_without_rating``, ``dry_run_not_in_force``, ``stock_no_folder``, and as `chosen_stock`.
    """
    if folder is None:
        raise Problem("stock_no_folder")
    text = _text(session, actor, wanted)
    tried = editions.offered(text)
    if not tried.ratings:
        raise Problem("dry_run_without_rating", edition=tried.id)
    without = editions.shelf(session)
    remarks = _remarks(tried, without)
    stock = chosen_stock(folder, position=wanted.position, day=wanted.day)
    having = without.trying(tried)
    day = wanted.day or max(stock.day, tried.force_from)
    if day < tried.force_from or (tried.force_to is not None and day >= tried.force_to):
        span = f"{tried.force_from} – {tried.force_to or ''}".strip()
        raise Problem("dry_run_not_in_force", pointer="/day", edition=tried.id, day=day.isoformat(), span=span)

    def before(kind: str, region: str) -> EditionChain:
        return without.chain(kind=kind, region=region, as_of=day)

    def after(kind: str, region: str) -> EditionChain:
        return having.chain(kind=kind, region=region, as_of=day)

    question = Question(stock, day, before, after, 100 * wanted.within, reach_of(actor))
    return Rehearsal(question, tried, text, without, having, remarks)


def _remarks(tried: Edition, shelf: Shelf) -> tuple[Finding, ...]:
    """What the lint doubts; an edition with errors rates nobody reliably, so it is refused as by a proposal."""
    older = next((one for one in shelf.editions if one.id == tried.predecessor), None)
    findings = check(tried, older)
    if errors := [one for one in findings if one.severity == "error"]:
        raise editions.refusal(tried.id, errors)
    return tuple(findings)


def _text(session: Session, actor: Actor, wanted: Wanted) -> str:
    given = [one for one in (wanted.text, wanted.proposal, wanted.edition) if one is not None]
    if len(given) != 1 or (wanted.changes and wanted.edition is None):
        raise Problem("dry_run_one_text")
    if wanted.text is not None:
        return wanted.text
    if wanted.proposal is not None:
        return editions.text_proposed(session, wanted.proposal, actor)
    text = editions.text_of(session, str(wanted.edition))
    if text is None:
        raise Problem("edition_unknown", pointer="/edition", edition=wanted.edition)
    try:
        return changed(text, wanted.changes) if wanted.changes else text
    except EditionError as error:
        raise editions.refusal(str(wanted.edition), error.findings) from error
