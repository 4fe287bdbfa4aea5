"""The JSON Schema of an edition, for editors: made from the tables that the parser reads by.

``schema.json`` beside this module is its text, published with the package. It is as strict as a schema can be; what it
cannot see (a third decimal, a code written twice, ``at_most`` in the wrong direction) the parser refuses.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Final

from scoring.edition.document import DOCUMENT

_WORTH_SHARING: Final = 160
"""Characters: a part that occurs twice and is longer is written once, under ``$defs``."""


def schema() -> dict[str, object]:
    """The schema (draft 2020-12) of an edition's TOML, read as JSON with dates as strings."""
    body = DOCUMENT.schema()
    counts: Counter[str] = Counter()
    _count(body, counts)
    names = {
        text: f"part{number}"
        for number, text in enumerate(
            (text for text, count in counts.items() if count > 1 and len(text) > _WORTH_SHARING), start=1
        )
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:xinjian:edition:1",
        "title": "An edition of a rulebook",
        **{key: _shared(part, names) for key, part in body.items()},
        "$defs": {name: _shared(json.loads(text), names, top=True) for text, name in names.items()},
    }


def schema_text() -> str:
    """The schema as the published file holds it."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def _count(part: object, counts: Counter[str]) -> None:
    if isinstance(part, dict):
        text = json.dumps(part, ensure_ascii=False, sort_keys=True)
        if isinstance(part.get("type"), str):  # else a table of properties, not a schema
            counts[text] += 1
        if counts[text] > 1:
            return  # its own parts were counted with the first
        for inner in part.values():
            _count(inner, counts)
    elif isinstance(part, list):
        for inner in part:
            _count(inner, counts)


def _shared(part: object, names: dict[str, str], *, top: bool = False) -> object:
    if isinstance(part, dict):
        name = None if top else names.get(json.dumps(part, ensure_ascii=False, sort_keys=True))
        return {"$ref": f"#/$defs/{name}"} if name else {key: _shared(inner, names) for key, inner in part.items()}
    if isinstance(part, list):
        return [_shared(inner, names) for inner in part]
    return part
