"""The topics that partners may be told, read from ``topics.toml``, and the messages that they become."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from service.ratings import as_partners_see

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

MEDIA_TYPE = "application/cloudevents+json; charset=utf-8"

_FORMS: Mapping[str, Callable[[Any], Any]] = {
    "plain": lambda said: said,
    "tier": lambda said: None if said is None else as_partners_see(said),
}


class Topic(NamedTuple):
    """One topic; ``entity``, ``kind`` and ``tiers`` name fields of the payload as ``topics.toml`` explains."""

    type: str
    carries: Mapping[str, str]
    zh: str
    en: str
    entity: str | None = None
    kind: str | None = None
    tiers: tuple[str, ...] = ()

    def entity_of(self, subject: str, payload: Mapping[str, Any]) -> str | None:
        """The key of the entity that a message is about, None where it is about none."""
        if self.entity is None:
            return None
        found = subject if self.entity == "subject" else payload[self.entity]
        return str(found)

    def tiers_of(self, payload: Mapping[str, Any]) -> set[str]:
        """The tiers that a message tells of."""
        told = [payload.get(field) or {} for field in self.tiers]
        return {one["tier"] for one in told if one.get("tier")}

    def message(self, *, number: int, subject: str, payload: Mapping[str, Any], at: datetime, source: str) -> bytes:
        """The message as CloudEvents 1.0 in structured JSON; equal whenever it is made."""
        data = {field: _FORMS[form](payload.get(field)) for field, form in self.carries.items()}
        return orjson.dumps(
            {
                "specversion": "1.0",
                "id": str(number),
                "source": source,
                "type": self.type,
                "subject": self.entity_of(subject, payload) or subject,
                "time": at.isoformat(),
                "datacontenttype": "application/json",
                "data": data if self.entity in {None, "subject"} else {**data, "number": subject},
            }
        )


@cache
def topics() -> Mapping[str, Topic]:
    """The catalogue."""
    source = (resources.files(__package__) / "topics.toml").read_text(encoding="utf-8")
    return {name: Topic(**{**row, "tiers": tuple(row.get("tiers", ()))}) for name, row in tomllib.loads(source).items()}
