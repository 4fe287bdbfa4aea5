"""The Parquet files of evidence and of ratings: columns, types and what stands in which row."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

VERSION: Final = "1"
"""Of both schemas; a file of another version is refused."""
VERSION_KEY: Final = b"xinjian.schema"
EVIDENCE_KEY: Final = b"evidence"
RATINGS_KEY: Final = b"ratings"

MANIFEST: Final = "manifest.json"
REGION: Final = "region="
"""What the folder of a region is called by, as in Hive: ``region=110101/part-00000.parquet``."""
ATTRIBUTE: Final = "attribute:"
"""What the name of an attribute is put behind: on rows of entities and of events."""
FACTS: Final = ("entity", "licence", "occasion", "event")
"""The facts of a row group in their order: first all its entities, at last all its events."""

WORD: Final = pa.dictionary(pa.int32(), pa.string())
DAY: Final = pa.date32()
COUNT: Final = pa.int32()

EVIDENCE: Final = {
    "fact": {"fact": WORD},
    "entity": {
        "entity": pa.string(),
        "kind": WORD,
        "licences": COUNT,
        "occasions": COUNT,
        "events": COUNT,
        "known_since": DAY,
        "licensed": pa.bool_(),
    },
    "licence": {"valid_from": DAY, "valid_to": DAY},
    "occasion": {"held_on": DAY, "occasion_type": WORD, "closed": pa.bool_()},
    "event": {
        "decided_on": DAY,
        "code": WORD,
        "severity": WORD,
        "final": pa.bool_(),
        "value": pa.int64(),
        "occasion": COUNT,
        "case": COUNT,
        "corrected_on": DAY,
        "performed_on": DAY,
        "repaired_on": DAY,
        "annulled_on": DAY,
        "publicity_ends_on": DAY,
        "tie": COUNT,
    },
}
"""By fact, the columns that its rows fill; in the rows of other facts they are null."""

FIXED: Final = {name: kind for columns in EVIDENCE.values() for name, kind in columns.items()}
WORDS: Final = tuple(name for name, kind in FIXED.items() if kind == WORD)

RATINGS: Final = pa.schema(
    [
        ("entity", pa.string()),
        ("kind", WORD),
        ("state", WORD),
        ("reason", WORD),
        ("total", pa.int64()),
        ("grade", WORD),
        ("tier", WORD),
        ("risk", WORD),
        ("edition", WORD),
        ("edition_digest", WORD),
    ],
    {VERSION_KEY: VERSION.encode(), b"xinjian.table": RATINGS_KEY},
)
"""One row for each entity and kind, in the order of the evidence; ``total`` in hundredths."""


def evidence_schema(attributes: tuple[str, ...]) -> pa.Schema:
    """The schema of a file of evidence whose entities or events have these attributes."""
    named = [(f"{ATTRIBUTE}{name}", WORD) for name in sorted(attributes)]
    return pa.schema([*FIXED.items(), *named], {VERSION_KEY: VERSION.encode(), b"xinjian.table": EVIDENCE_KEY})


def differences(found: pa.Schema) -> str | None:
    """What makes the schema of a file another than that of evidence, in both languages; None: nothing."""
    metadata = found.metadata or {}
    version = metadata.get(VERSION_KEY, b"").decode(errors="replace")
    if version != VERSION or metadata.get(b"xinjian.table") != EVIDENCE_KEY:
        return f"xinjian.schema = {version or '–'}，应为 {VERSION} · it must be {VERSION}, of the table `evidence`"
    for name, kind in FIXED.items():
        if name not in found.names:
            return f"缺少列 {name} · the column {name} is missing"
        if not _alike(found.field(name).type, kind):
            return f"列 {name} 的类型应为 {_said(kind)} · the column {name} must be {_said(kind)}"
    for name in found.names:
        if name not in FIXED and not (name.startswith(ATTRIBUTE) and _alike(found.field(name).type, WORD)):
            return f"不认识列 {name} · the column {name} is unknown"
    return "列名重复 · a column stands twice" if len(set(found.names)) < len(found.names) else None


def _alike(found: pa.DataType, asked: pa.DataType) -> bool:
    """Words may be in a dictionary or not: other programs write them plainly."""
    return bool(found == asked or (asked == WORD and pa.types.is_string(found)))


def _said(kind: pa.DataType) -> str:
    return "string" if kind == WORD else str(kind)
