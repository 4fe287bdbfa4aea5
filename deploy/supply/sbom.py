"""Writes ``build/sbom.cdx.json``: a bill of materials (CycloneDX 1.6) out of the lock files, without the network.

Exit codes: 0 written · 1 a licence is not among those that are taken, each told.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
import uuid
from hashlib import sha256
from pathlib import Path
from typing import Any

from cyclonedx.contrib.hash.factories import HashTypeFactory
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from locks import ROOT, Part, parts, refused
from packageurl import PackageURL


def bill(found: list[Part], name: str, version: str) -> dict[str, Any]:
    """The bill as a document. Its number is derived from what it says: the same locks give the same bytes."""
    licences = LicenseFactory()
    bom = Bom(components=[_component(part, licences) for part in found])
    bom.metadata.component = Component(
        name=name, version=version, type=ComponentType.APPLICATION, licenses=[licences.make_from_string("Apache-2.0")]
    )
    bom.register_dependency(bom.metadata.component, list(bom.components))
    document: dict[str, Any] = json.loads(JsonV1Dot6(bom).output_as_string())
    del document["metadata"]["timestamp"], document["serialNumber"]
    digest = sha256(json.dumps(document, sort_keys=True).encode()).digest()
    document["serialNumber"] = f"urn:uuid:{uuid.UUID(bytes=digest[:16], version=4)}"
    return document


def _component(part: Part, licences: LicenseFactory) -> Component:
    # Of a package each file on offer has a digest; which one is installed, the installation checks.
    return Component(
        name=part.name,
        version=part.version,
        type=ComponentType.LIBRARY,
        bom_ref=part.purl,
        purl=PackageURL.from_string(part.purl),
        scope=ComponentScope(part.scope),
        licenses=[licences.make_from_string(part.licence)] if part.licence else [],
        hashes=[HashTypeFactory().from_composite_str(f"sha256:{one}") for one in part.hashes],
    )


def main() -> int:
    """Run the command; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "build" / "sbom.cdx.json")
    given = parser.parse_args()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found = parts()
    document = bill(found, project["name"], project["version"])
    given.output.parent.mkdir(parents=True, exist_ok=True)
    given.output.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    wrong = [f"{part.name} {part.version} ({part.scope}): {why}" for part in found if (why := refused(part))]
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    sys.stdout.write(f"{given.output}: {len(found)} 个组件 · components\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
