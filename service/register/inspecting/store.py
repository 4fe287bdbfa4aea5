"""One catalogue while it is being written: the same content again makes no version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError
from sqlalchemy import text

from scoring.kernel.codes import public_key
from service.platform import Problem, web
from service.register import seeds
from service.register.inspecting.catalogues import ITEMS
from service.register.inspecting.checks import known_now
from service.register.inspecting.queries import bodies
from service.register.tables import InspectionItemVersion, OwedItemVersion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.platform import UnitOfWork
    from service.register.inspecting.catalogues import Catalogue

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('register.' || :name, 0))")


class Store:
    """One catalogue while it is being written: what stands, and versions added to it."""

    def __init__(self, uow: UnitOfWork, catalogue: Catalogue) -> None:
        uow.session.execute(_LOCK, {"name": catalogue.name})
        self._uow = uow
        self._catalogue = catalogue
        self._schema = catalogue.schema()
        self.known = known_now(uow.session)
        self.standing = {catalogue.key_of(body): body for body in bodies(uow.session, catalogue)}
        self.written: list[dict[str, Any]] = []

    def check(self, raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
        """A body as it will be kept, and everything wrong with it."""
        try:
            loaded: dict[str, Any] = self._schema.load(raw)
        except ValidationError as error:
            return {}, list(web.faults(error.normalized_messages()))  # type: ignore[no-untyped-call] # marshmallow's
        body: dict[str, Any] = self._schema.dump(loaded)
        for relation in body.get("relations", ()):
            relation["entity"] = str(public_key(relation["entity"]))
        return body, self.known.faults(self._catalogue, body, self.standing.values(), self._uow.actor)

    def put(self, body: dict[str, Any]) -> str:
        """Note a checked body: ``created``, ``changed`` or ``unchanged``; ``flush`` stores it."""
        key = self._catalogue.key_of(body)
        before = self.standing.get(key)
        if before == body:
            return "unchanged"
        self.standing[key] = body
        self.written.append(body)
        return "created" if before is None else "changed"

    def flush(self, audit_id: int) -> None:
        """Store what was put since the last time, under one audit row."""
        for body in self.written:
            row = self._catalogue.table(code=body["code"], authority=body["authority"], audit_id=audit_id, body=body)
            if isinstance(row, InspectionItemVersion | OwedItemVersion):
                row.valid_from = self._schema.fields["valid_from"].deserialize(body["valid_from"])
            self._uow.session.add(row)
        self._uow.session.flush()
        self.written.clear()


def refuse(faults: list[Problem]) -> None:
    """Raise what was found, if anything was: alone when it concerns the whole, else all places together."""
    for fault in faults:
        if fault.status not in {400, 422}:
            raise fault
    if faults:
        raise Problem("invalid_body", errors=faults, count=len(faults))


def seed_items(uow: UnitOfWork) -> int:
    """Add the illustrative items that ship and whose code is not there; returns how many were."""
    store = Store(uow, ITEMS)
    held = {key[0] for key in store.standing}
    for item in seeds.inspection_items():
        if item["code"] in held:
            continue
        kept, faults = store.check(item)
        refuse(faults)
        store.put(kept)
    added = len(store.written)
    if added:
        store.flush(uow.audit("register.inspection_items_seeded", "register", {"rows": added}))
    return added
