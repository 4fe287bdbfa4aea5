"""What the lock files and the folder of vendored scripts hold: names, versions, digests, licences, who needs them."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
LICENCES = Path(__file__).with_name("licences.toml")
PLACES = {
    "requirements.lock": "required",
    "requirements-telemetry.lock": "optional",
    "requirements-embedded.lock": "optional",
    "requirements-dev.lock": "excluded",
    "requirements-spark.lock": "optional",
    "requirements-browser.lock": "excluded",
    "requirements-fuzz.lock": "excluded",
    "requirements-bench.lock": "excluded",
}
"""Each lock and the scope of what no lock before it holds: in the image, in some installations, or in nobody's."""
_ENTRY = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+)(.*)$")


class Part(NamedTuple):
    """A package or a vendored file. ``scope``: required, optional, excluded; ``licence``: as SPDX has it, or empty."""

    name: str
    version: str
    hashes: tuple[str, ...]
    licence: str
    scope: str
    purl: str


@cache
def said() -> dict[str, Any]:
    """The table of licences."""
    return tomllib.loads(LICENCES.read_text("utf-8"))


def parts(root: Path = ROOT) -> list[Part]:
    """Everything, by name. Raises ``OSError`` where a lock or a vendored file is missing."""
    found: dict[tuple[str, str], Part] = {}
    for lock, scope in PLACES.items():
        for line in (root / lock).read_text("utf-8").replace("\\\n", " ").splitlines():
            if (entry := _ENTRY.match(line)) is not None:
                name, version, rest = entry.groups()
                hashes = tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", rest))
                part = Part(name, version, hashes, licence_of(name), scope, f"pkg:pypi/{name}@{version}")
                found.setdefault((name, version), part)
    return sorted([*found.values(), *vendored(root)])


def vendored(root: Path = ROOT) -> list[Part]:
    """The scripts that pages load, as they lie in the source."""
    return [
        Part(
            one["name"],
            one["version"],
            (sha256((root / one["file"]).read_bytes()).hexdigest(),),
            one["licence"],
            "required",
            one["purl"],
        )
        for one in said()["vendored"]
    ]


def licence_of(name: str) -> str:
    """The licence of a package as it says where it is installed, else as our table does; empty where neither does."""
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return str(said()["untold"].get(name, ""))
    if expression := told.get("License-Expression"):
        return str(expression)
    classifiers = [one.split("::")[-1].strip() for one in told.get_all("Classifier", []) if one.startswith("License")]
    words = "|".join(classifiers) or (told.get("License") or "").strip().split("\n")[0]
    return str(said()["spelt"].get(words) or said()["untold"].get(name, ""))


def refused(part: Part) -> str:
    """Why a part may not be where it is; ``""`` where it may."""
    table = said()
    if part.name in table["known"]:
        return ""
    taken = {*table["taken"]["image"], *(table["taken"]["tools"] if part.scope == "excluded" else ())}
    if not part.licence:
        return "no licence told: read its LICENSE and add it to [untold]"
    # Of alternatives one is enough; of what holds together each is.
    for together in re.split(r"\s+OR\s+", part.licence.replace("(", "").replace(")", "")):
        if all(one.strip() in taken for one in re.split(r"\s+AND\s+", together)):
            return ""
    return f"{part.licence} is not among those that are taken"
