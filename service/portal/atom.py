"""A feed in the bytes of Atom (RFC 4287)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from service.pages import zone

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMESPACE = "http://www.w3.org/2005/Atom"
_NO_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))
"""Characters that no XML document may hold."""
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""Since when a feed without entries stands unchanged."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; ``id`` stays the same for ever, ``updated`` is when it last changed."""

    id: str
    title: str
    page: str
    updated: datetime
    author: str
    summary: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, newest entries first. ``own``: where it is read itself; ``page``: the same for people."""

    id: str
    title: str
    own: str
    page: str
    language: str
    author: str
    entries: Sequence[Entry]


def instant_of(said: str) -> datetime:
    """An instant (ISO 8601), or the beginning of a day where the authorities are."""
    found = datetime.fromisoformat(said)
    return found if found.tzinfo is not None else found.replace(tzinfo=zone())


def written(feed: Feed) -> bytes:
    """The document, in UTF-8."""
    root = ET.Element("feed", {"xmlns": NAMESPACE, "xml:lang": feed.language})
    _texts(root, id=feed.id, title=feed.title)
    _texts(root, updated=max((one.updated for one in feed.entries), default=NEVER).isoformat())
    _texts(ET.SubElement(root, "author"), name=feed.author)
    ET.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": feed.own})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": feed.page})
    for one in feed.entries:
        entry = ET.SubElement(root, "entry")
        _texts(entry, id=one.id, title=one.title, updated=one.updated.isoformat(), summary=one.summary)
        _texts(ET.SubElement(entry, "author"), name=one.author)
        ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": one.page})
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _texts(parent: ET.Element, **texts: str) -> None:
    for name, said in texts.items():
        ET.SubElement(parent, name).text = said.translate(_NO_XML)
