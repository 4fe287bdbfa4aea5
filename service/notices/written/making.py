"""Making a notice: facts checked, number taken, texts written in every language and kept with their digests."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from service import register
from service.notices.written.law import editions_of, quoted
from service.notices.written.tables import NoticeRow, NoticeText
from service.notices.written.vocabulary import checked_facts, kind_of
from service.notices.written.writing import Heading, written
from service.platform import LANGUAGES, Problem, local_day, next_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from service.notices.written.vocabulary import NoticeKind
    from service.platform import Actor, UnitOfWork
    from service.register import EntityFacts

CHECK_BYTES = 8
"""Of the check code: with it nobody guesses a text from its digest in the ledger."""


def notify(
    *,
    uow: UnitOfWork,
    kind: str,
    entity: str,
    facts: Mapping[str, Any],
    about: str | None = None,
    source: str | None = None,
) -> str:
    """Make a notice of a kind that may be asked for; returns its number.

    ``entity``: public key. ``facts``: as the kind names them, days as ISO dates. ``source``: what made the service ask,
    once for each.

    Raises:
        Problem: ``notice_kind_unknown``, ``entity_not_found``, ``out_of_scope``, ``invalid_body``.
    """
    wanted = kind_of(kind)
    found = noticed_entity(uow, entity)
    given = dict.fromkeys(LANGUAGES, checked_facts(wanted, facts))
    return make(uow, wanted, found, given, kinds=sorted(found.kinds), about=about, source=source)


def noticed_entity(uow: UnitOfWork, key: str) -> EntityFacts:
    """An entity within the caller's scope.

    Raises:
        Problem: as ``entity_seen``.
    """
    return entity_seen(uow.session, uow.actor, key)


def entity_seen(session: Session, actor: Actor, key: str) -> EntityFacts:
    """An entity within a caller's scope.

    Raises:
        Problem: ``entity_not_found``, ``out_of_scope``.
    """
    numbers = register.resolve(session, [key])
    found = next(iter(register.facts(session, numbers.values(), position=None).values()), None)
    if found is None:
        raise Problem("entity_not_found", pointer="/entity", key=key[:80])
    if not actor.may_see(found.authority, found.region):
        raise Problem("out_of_scope")
    return found


def make(
    uow: UnitOfWork,
    kind: NoticeKind,
    entity: EntityFacts,
    facts: Mapping[str, Mapping[str, Any]],
    *,
    kinds: Sequence[str],
    about: str | None,
    source: str | None,
) -> str:
    """Write a notice with facts by language, quoting the law of some kinds of the entity; returns its number."""
    day = local_day(uow.now, entity.timezone)
    names = next(row.names for row in register.authorities(uow.session) if row.code == entity.authority)
    series = f"{entity.authority}-{day.year}"
    number = f"N-{series}-{next_number(uow, f'notice.{series}'):06d}"
    check_code = secrets.token_hex(CHECK_BYTES)
    texts, law = {}, {}
    for lang in LANGUAGES:
        law = quoted(uow.session, entity, kind.law, kinds=kinds, day=day, lang=lang)
        authority = names.get(lang, names["zh"])
        heading = Heading(number, entity.key, entity.name, authority, day.isoformat(), check_code)
        texts[lang] = written(kind.code, lang, heading, facts[lang], law)
    digests = {lang: sha256(text.encode()).digest() for lang, text in texts.items()}
    told = {"kind": kind.code, "about": about, **{lang: digest.hex() for lang, digest in digests.items()}}
    audit_id = uow.audit("notices.notice_made", number, told)
    row = NoticeRow(
        number=number,
        kind=kind.code,
        entity_id=entity.id,
        entity_key=entity.key,
        authority=entity.authority,
        region=entity.region,
        natural_person=entity.natural_person,
        about=about,
        source=source,
        facts=dict(facts[LANGUAGES[0]]),
        law=editions_of(law),
        template=kind.digest,
        made_on=day,
        made_at=uow.now,
        check_code=check_code,
        audit_id=audit_id,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.session.add_all(
        NoticeText(notice_id=row.id, language=lang, text=text, sha256=digests[lang]) for lang, text in texts.items()
    )
    uow.publish("notice.made", number, {"kind": kind.code, "entity": entity.key})
    return number
