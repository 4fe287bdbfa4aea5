"""The files of a draw: the full transcript, the public one, the certificate of one entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.kernel.errors import LawError
from scoring.sampling import transcript
from scoring.sampling.certificate import certificate
from scoring.sampling.outcome import ROOTS, Outcome
from service.inspections.draws.kept_secrets import salt_key_of, secret_of
from service.inspections.draws.rows import outcomes_of, rows_of
from service.inspections.draws.store import (
    Document,
    Draw,
    acts,
    document,
    draw_of,
    events,
    needed,
    newest,
    register_of,
)
from service.platform import Beyond, Problem, beyond_scope, read_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def full_transcript(session: Session, number: str) -> Document:
    """The full transcript of a draw by its number; nothing is asked about who may see it.

    Raises:
        Problem: ``draw_not_found``, ``draw_step_too_early``.
    """
    return full_file(session, draw_of(session, number))


def public_transcript(session: Session, number: str) -> Document:
    """The public transcript of a draw by its number, opened or not; nothing is asked about who may see it.

    Raises:
        Problem: ``draw_not_found``, ``draw_step_too_early``.
    """
    return public_file(session, draw_of(session, number))


def full_file(session: Session, draw: Draw) -> Document:
    """The full transcript, for those who may re-run the whole.

    Raises:
        Problem: ``draw_step_too_early``.
    """
    commitment, entropy = needed(session, draw, "commitment"), needed(session, draw, "entropy")
    documents = {
        "plan": needed(session, draw, "plan"),
        "commitment": commitment,
        "closing": needed(session, draw, "closing"),
        "entropy": entropy,
        "secret": "",
        "result": needed(session, draw, "result"),
        "register": register_of(session, draw.authority),
        "log": events(session, draw),
    }
    with beyond_scope(session, Beyond.PUBLISHED):
        salt_key = salt_key_of(session, draw)
        if commitment["attempts"][entropy["attempt"] - 1]["secret"]:
            documents["secret"] = secret_of(session, draw).hex()
    frozen = [part.frozen(salt_key) for part in rows_of(session, draw)]
    return transcript.full(documents, salt_key, frozen, outcomes_of(session, draw))


def public_file(session: Session, draw: Draw) -> Document:
    """The public transcript: every row but recusals where the rows are open, else the drawn and their teams alone.

    Raises:
        Problem: ``draw_step_too_early``.
    """
    made = full_file(session, draw)
    everything = made["commitment"]["rows"] == "open"

    def shows(name: str, _: Sequence[Any]) -> bool:
        return name != "avoid" if everything else name in {"drawn", "teams"}

    return transcript.public(made, shows)


def evidence_of(session: Session, draw: Draw, digest: str) -> bytes:
    """A file that was kept with a draw.

    Raises:
        Problem: ``draw_file_not_found``.
    """
    known = digest in newest(acts(session, draw, "file"), "file")
    found = read_file(session, bytes.fromhex(digest)) if known else None
    if found is None:
        raise Problem("draw_file_not_found", draw=draw.number, sha256=digest[:80])
    return found[1]


def part_of(session: Session, draw: Draw, code: str, named: str | None = None) -> str:
    """The part in which a code stands: the one ``named``, else the first.

    Raises:
        Problem: ``draw_step_too_early``, ``draw_code_unknown``.
    """
    needed(session, draw, "commitment")
    for part in rows_of(session, draw):
        if code in part.keys and named in {None, part.part}:
            return part.part
    raise Problem("draw_code_unknown", draw=draw.number, sought=code[:80])


def certificate_of(session: Session, draw: Draw, part: str, code: str) -> Document:
    """One entity's row with its path; since the opening also what became of it.

    Raises:
        Problem: ``draw_step_too_early``, ``draw_code_unknown``.
    """
    opened = bool(acts(session, draw, "opened"))
    made = full_file(session, draw) if opened else _committed_file(session, draw)
    try:
        return certificate(made, part, code, opened=opened)
    except LawError as refused:
        raise Problem("draw_code_unknown", draw=draw.number, sought=code[:80]) from refused


def _committed_file(session: Session, draw: Draw) -> Document:
    """What there is before the opening: the frozen rows, and lists of a result that nobody is told."""
    with beyond_scope(session, Beyond.PUBLISHED):
        salt_key = salt_key_of(session, draw)
    rows = rows_of(session, draw)
    nothing = [Outcome(part.part, {name: [] for name in ROOTS}, []) for part in rows]
    documents = {
        "commitment": needed(session, draw, "commitment"),
        "closing": needed(session, draw, "closing"),
        "entropy": document(session, draw, "entropy") or {},
    }
    return transcript.full(documents, salt_key, [part.frozen(salt_key) for part in rows], nothing)
