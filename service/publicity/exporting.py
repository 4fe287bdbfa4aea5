"""Penalties in the national field set of double publicity: the good rows as a sheet, the others with what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from service import evidence, register
from service.platform import Problem
from service.publicity.alike import Readings
from service.publicity.queries import AT_ONCE
from service.publicity.reading import published
from service.publicity.vocabulary import table
from service.register import masked, masked_within

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from service.platform import Actor
    from service.publicity.reading import Published


class Row(NamedTuple):
    """One penalty: its cells in the order of the columns, and what is wrong with it."""

    of: Published
    cells: tuple[str, ...]
    faults: tuple[Problem, ...]


def columns() -> tuple[str, ...]:
    """The headings."""
    return tuple(field["zh"] for field in table("double_publicity")["field"])


def double_publicity(session: Session, actor: Actor, *, now: datetime, since: date, until: date) -> Iterator[Row]:
    """Penalties in the caller's scope that were decided on these days or between and that the law shows today.

    What the law does not show is left out: summary procedure, secrets, warnings alone, what was repaired or annulled.
    """
    names = {row.code: row.names["zh"] for row in register.authorities(session)}
    kinds = {kind.code for kind in evidence.read_catalogue(session).kinds.values() if kind.penalty}
    wanted = evidence.Wanted(kinds, authorities=actor.authorities, since=since, until=until, limit=AT_ONCE)
    readings = Readings()
    while True:
        found = published(session, wanted, now=now, readings=readings)
        for one in found:
            if one.standing.state in {"due", "public"} and actor.may_see(one.entity.authority, one.entity.region):
                yield _row(one, names)
        if len(found) < AT_ONCE:
            return
        wanted = wanted._replace(after=found[-1].decision.event)


def _row(one: Published, names: Mapping[str, str]) -> Row:
    fields: Sequence[Mapping[str, Any]] = table("double_publicity")["field"]
    known = _known(one, names)
    attributes = one.decision.known.event.attributes
    person = one.entity.natural_person
    written = {name: masked_within(value, one.entity) for name, value in attributes.items()}
    cells = tuple(
        "" if person and not field.get("persons", True) else known.get(field["from"], written.get(field["from"], ""))
        for field in fields
    )
    return Row(one, cells, tuple(_faults(one, fields, cells)))


def _known(one: Published, names: Mapping[str, str]) -> dict[str, str]:
    """The cells that do not come from attributes."""
    terms, entity, standing = table("double_publicity"), one.entity, one.standing
    kind, _, code = entity.key.partition(":")
    individual = code.startswith(terms["individual_prefix"])
    category = "person" if entity.natural_person else "individual" if individual else "legal"
    named = next((each for each in _classes(one) if each.key == standing.record_class), None)
    return {
        "name": masked(entity.name) if entity.natural_person else entity.name,
        "category": terms["categories"][category],
        "uscc": code if kind == "uscc" and not entity.natural_person else "",
        "registration": code if kind == "reg" and not entity.natural_person else "",
        "decided_on": one.record.decided_on.isoformat(),
        "ends_on": "" if standing.ends_on is None else standing.ends_on.isoformat(),
        "penalty_kinds": evidence.penalties_named(one.decision.known.event.attributes, "zh"),
        "class": "" if named is None else named.name["zh"],
        "authority": names.get(entity.authority, entity.authority),
    }


def _classes(one: Published) -> Sequence[Any]:
    return () if one.edition is None or one.edition.publicity is None else one.edition.publicity.classes


def _faults(one: Published, fields: Sequence[Mapping[str, Any]], cells: Sequence[str]) -> Iterator[Problem]:
    check = table("double_publicity")["name_check"]
    written = one.decision.known.event.attributes.get(check["attribute"])
    if written is not None and written != one.entity.name:
        told = masked(written) if one.entity.natural_person else written
        yield Problem("publication_name_differs", pointer="/name", written=told, error=check["error"])
    if one.entity.unverified_code:
        yield Problem("publication_code_unverified", pointer="/uscc", key=one.entity.key)
    for field, cell in zip(fields, cells, strict=True):
        if field.get("needed") and not cell:
            yield Problem("publication_field_missing", pointer=f"/{field['from']}", field=field["zh"])
