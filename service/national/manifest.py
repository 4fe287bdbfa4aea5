"""The manifest of a folder of evidence: which partitions there are, and what each file must be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from scoring.kernel.canonical import canonical
from scoring.kernel.nesting import is_deeper
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORMAT: Final = 1
EVIDENCE: Final = "xinjian evidence"
RATINGS: Final = "xinjian ratings"
_DEEPEST: Final = 10


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file of evidence by its name within the folder: its region, how many entities and bytes, and its digest."""

    name: str
    region: str
    entities: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a manifest says: the day of the evidence and its position in the ledger, kinds by region, and the files.

    ``branches``: of the kinds in which it matters, whether a parent's row holds the evidence of its branches.
    ``digest``: of the manifest itself.
    """

    day: date
    position: int
    kinds: Mapping[str, tuple[str, ...]]
    branches: Mapping[str, bool]
    files: tuple[EvidenceFile, ...]
    digest: str


def manifest_of(
    day: date,
    position: int,
    kinds: Mapping[str, Sequence[str]],
    branches: Mapping[str, bool],
    files: Sequence[EvidenceFile],
) -> bytes:
    """The canonical bytes of a manifest of evidence."""
    by_region = {
        region: {
            "kinds": list(held),
            "files": [
                {"name": one.name, "entities": one.entities, "bytes": one.bytes, "sha256": one.sha256}
                for one in files
                if one.region == region
            ],
        }
        for region, held in kinds.items()
    }
    said = {"what": EVIDENCE, "format": FORMAT, "day": day.isoformat(), "position": position}
    return canonical({**said, "branches": dict(branches), "regions": by_region})


def read_manifest(raw: bytes, place: str) -> Evidence:
    """What a manifest says.

    Raises:
        Problem: ``national_not_evidence``.
    """
    try:
        text = raw.decode()
        if is_deeper(text, _DEEPEST):
            raise ValueError(f"deeper than {_DEEPEST} levels")  # noqa: TRY301 - as below
        said = json.loads(text)
        if (said["what"], said["format"]) != (EVIDENCE, FORMAT):
            raise KeyError(said["what"], said["format"])  # noqa: TRY301 - told below, as every fault
        return Evidence(
            day=date.fromisoformat(said["day"]),
            position=int(said["position"]),
            kinds={region: tuple(each["kinds"]) for region, each in said["regions"].items()},
            branches={kind: bool(joined) for kind, joined in said["branches"].items()},
            files=tuple(_files(said["regions"])),
            digest=sha256(raw).hexdigest(),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Problem("national_not_evidence", place=place, fault=f"{type(error).__name__}: {error}") from error


def _files(regions: Mapping[str, Any]) -> list[EvidenceFile]:
    found = [
        EvidenceFile(str(one["name"]), region, int(one["entities"]), int(one["bytes"]), str(one["sha256"]))
        for region, each in regions.items()
        for one in each["files"]
    ]
    for one in found:
        folder, _, file = one.name.partition("/")
        if folder != f"region={one.region}" or not file or file[0] == "." or "/" in file or "\\" in file:
            raise ValueError(one.name)
    for region in regions:
        if not (region.isascii() and region.isalnum()):
            raise ValueError(region)
    if len({one.name for one in found}) < len(found):
        raise ValueError("a file is named twice")
    return sorted(found, key=lambda one: one.name)
