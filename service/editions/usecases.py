"""Putting an edition in force, with an actor and a reason."""

from __future__ import annotations

from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import aliased

from scoring.edition import check, parse
from service import evidence
from service.editions.queries import shelf
from service.editions.refusing import read_offered, refusal
from service.editions.selection import kinds_of, scopes_of
from service.editions.tables import MATTER_KEY, EditionRow, ForceRow, ScopeKey
from service.platform import Problem, turn_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from scoring.edition.model import Edition
    from service.platform import UnitOfWork

_ONE_AT_A_TIME = turn_of("editions")


def shipped() -> list[str]:
    """The texts of the editions that come with the program, in order of their force."""
    folder = resources.files("scoring.editions")
    texts = [entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return sorted(texts, key=lambda text: (parse(text).force_from, parse(text).id))


def digest_of(text: str) -> str:
    """The digest of an edition's text, as `Edition.digest` has it."""
    return sha256(text.encode()).hexdigest()


def put_in_force(*, uow: UnitOfWork, text: str, reason: str) -> Edition:
    """Put an edition in force for the scope, kinds and period that it names, in each matter of which it has a section.

    The same text again changes nothing. Ratings are not touched here: `service.ratings.put_edition_in_force` has them
    made anew.

    Raises:
        Problem: ``edition_invalid`` (with every finding of the parser or the lint), ``edition_id_taken`` (the id
            stands for another text), ``edition_taken_back`` (it was adopted and withdrawn before its first day),
            ``edition_overlaps`` (another edition is in force there and then).
    """
    edition = read_offered(text)
    session = uow.session
    one_at_a_time(session)
    known = session.scalar(select(EditionRow.digest).where(EditionRow.edition_id == edition.id))
    if known == edition.digest:
        if all(other.id != edition.id for other in shelf(session).editions):
            raise Problem("edition_taken_back", edition=edition.id)
        uow.audit("edition.unchanged", edition.id, {"digest": edition.digest, "reason": reason})
        return edition
    if known is not None:
        raise Problem("edition_id_taken", edition=edition.id)
    earlier = [other for other in shelf(session).editions if other.rulebook == edition.rulebook]
    predecessor = next((other for other in earlier if other.id == edition.predecessor), None)
    errors = [finding for finding in check(edition, predecessor) if finding.severity == "error"]
    if errors:
        raise refusal(edition.id, errors)
    audit_id = uow.audit("edition.put_in_force", edition.id, {"digest": edition.digest, "reason": reason})
    store_in_force(uow, edition, text, reason, audit_id)
    return edition


def one_at_a_time(session: Session) -> None:
    """Let whoever changes what is in force follow one another until the transaction ends; who reads does not wait.

    Also so that rows become visible in the order of their numbers, by the last of which processes see that the law has
    moved.
    """
    session.execute(_ONE_AT_A_TIME)


def store_in_force(uow: UnitOfWork, edition: Edition, text: str, reason: str, audit_id: int) -> None:
    """Store the text with its period in each scope, kind and matter, and tell higher rooms.

    Raises:
        Problem: ``edition_overlaps``.
    """
    _store(uow, edition, text, reason, audit_id)
    evidence.add_severities(uow=uow, severities=_severities(edition))
    uow.publish("edition.in_force", edition.id, {"digest": edition.digest, "from": edition.force_from.isoformat()})


def _severities(edition: Edition) -> dict[str, set[str]]:
    """By which severities an edition weighs a code, by code."""
    found: dict[str, set[str]] = {}
    for rating in edition.ratings.values():
        for code, rule in rating.rules.items():
            found.setdefault(code, set()).update(rule.severities)
    return found


def _store(uow: UnitOfWork, edition: Edition, text: str, reason: str, audit_id: int) -> None:
    session = uow.session
    row = session.scalar(
        insert(EditionRow)
        .values(
            edition_id=edition.id,
            rulebook=edition.rulebook,
            digest=edition.digest,
            text=text,
            audit_id=audit_id,
            recorded_at=uow.now,
        )
        .returning(EditionRow.id)
    )
    scopes, kinds = scopes_of(edition), kinds_of(edition)
    matters = [MATTER_KEY + matter for matter in edition.matters]
    keys = _keys(uow, [*scopes, *kinds, *matters])
    period = Range(edition.force_from, edition.force_to, bounds="[)")
    refuse_overlap(session, edition)
    session.execute(
        insert(ForceRow),
        [
            {
                "edition": row,
                "scope": keys[scope],
                "kind": keys[kind],
                "matter": keys[matter],
                "period": period,
                "reason": reason,
                "audit_id": audit_id,
            }
            for scope in scopes
            for kind in kinds
            for matter in matters
        ],
    )


def _keys(uow: UnitOfWork, names: list[str]) -> dict[str, int]:
    unique = sorted(set(names))
    uow.session.execute(upsert(ScopeKey).values([{"name": name} for name in unique]).on_conflict_do_nothing())
    rows = uow.session.execute(select(ScopeKey.name, ScopeKey.id).where(ScopeKey.name.in_(unique)))
    return dict(rows.all())


def refuse_overlap(session: Session, edition: Edition, *, but: str | None = None) -> None:
    """Refuse an edition where and when another is in force; ``but``: the id of one that gives way to it.

    Raises:
        Problem: ``edition_overlaps``.
    """
    scope, kind, matter = aliased(ScopeKey), aliased(ScopeKey), aliased(ScopeKey)
    taken = session.scalar(
        select(EditionRow.edition_id)
        .join(ForceRow, ForceRow.edition == EditionRow.id)
        .join(scope, scope.id == ForceRow.scope)
        .join(kind, kind.id == ForceRow.kind)
        .join(matter, matter.id == ForceRow.matter)
        .where(
            scope.name.in_(scopes_of(edition)),
            kind.name.in_(kinds_of(edition)),
            matter.name.in_([MATTER_KEY + one for one in edition.matters]),
            ForceRow.period.overlaps(Range(edition.force_from, edition.force_to, bounds="[)")),
            EditionRow.edition_id.not_in([edition.id, but or edition.id]),
        )
        .limit(1)
    )
    if taken is not None:
        raise Problem("edition_overlaps", edition=edition.id, other=taken)
