"""Holds what is locked against advisories that lie in a folder: ``python deploy/supply/audit.py --database FOLDER``.

The folder holds advisories in the form of OSV (https://ossf.github.io/osv-schema/), one JSON a file, or archives of
them (``all.zip``) as https://osv.dev publishes them for PyPI and npm. Nothing is asked of any network.

Exit codes: 0 none applies · 1 some do, each told · 2 there is no database, or a file of it cannot be read.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from locks import parts
from packaging.version import InvalidVersion, Version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from locks import Part

ECOSYSTEMS = {"pypi": "PyPI", "npm": "npm"}
NONE = """\
{folder} 中没有漏洞公告。请在可联网的机器上下载 osv.dev 发布的 PyPI 与 npm 的 all.zip,放入此文件夹后重试。
There are no advisories in {folder}: fetch the all.zip of PyPI and of npm that osv.dev publishes on a machine with a \
network, put them there, and run this again (docs/operations.md).
"""


class UnreadableError(ValueError):
    """A file of the database that is no advisory."""


def advisories(folder: Path) -> Iterator[dict[str, Any]]:
    """Every advisory of a folder, packed or not.

    Raises:
        UnreadableError: a file is no JSON object, or no archive of such.
    """
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        try:
            if path.suffix == ".json":
                yield _object(path.read_bytes())
            elif path.suffix == ".zip":
                with zipfile.ZipFile(path) as archive:
                    yield from (_object(archive.read(name)) for name in archive.namelist() if name.endswith(".json"))
        except (ValueError, zipfile.BadZipFile, OSError) as error:
            raise UnreadableError(f"{path}: {error}") from error


def _object(content: bytes) -> dict[str, Any]:
    found = json.loads(content)
    if not isinstance(found, dict):
        raise UnreadableError("no JSON object")
    return found


def applies(advisory: dict[str, Any], part: Part) -> bool:
    """Whether an advisory is about a part in its version; one that was withdrawn is about none."""
    kind, _, rest = part.purl.removeprefix("pkg:").partition("/")
    name = normalised(rest.partition("@")[0])
    return not advisory.get("withdrawn") and any(
        one.get("package", {}).get("ecosystem") == ECOSYSTEMS[kind]
        and normalised(one["package"].get("name", "")) == name
        and (
            part.version in one.get("versions", ())
            or any(_within(each, part.version) for each in one.get("ranges", ()))
        )
        for one in advisory.get("affected", ())
    )


def normalised(name: str) -> str:
    """A name as registries compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _within(span: dict[str, Any], version: str) -> bool:
    """Whether a version lies in a range: introduced at some version, fixed in or last affected by another."""
    if span.get("type") == "GIT":
        return False
    inside = False
    try:
        here = Version(version)
        for event in span.get("events", ()):
            if "introduced" in event:
                inside = inside or event["introduced"] == "0" or here >= Version(event["introduced"])
            elif ("fixed" in event and here >= Version(event["fixed"])) or (
                "last_affected" in event and here > Version(event["last_affected"])
            ):
                inside = False
    except InvalidVersion:
        return True  # rather told once too often
    return inside


def main() -> int:
    """Run the command; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--all", action="store_true", help="what only measures and tests, too")
    given = parser.parse_args()
    held = [part for part in parts() if given.all or part.scope != "excluded"]
    read = found = 0
    try:
        for advisory in advisories(given.database):
            read += 1
            for part in held:
                if applies(advisory, part):
                    found += 1
                    sys.stdout.write(
                        f"{part.name} {part.version}: {advisory.get('id')} {advisory.get('summary', '')}\n"
                    )
    except UnreadableError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if not read:
        sys.stderr.write(NONE.format(folder=given.database))
        return 2
    sys.stdout.write(f"{read} 条公告,{len(held)} 个组件,{found} 项命中 · advisories, components, findings\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
