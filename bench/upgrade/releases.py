"""The release before this one: its files, as the repository has them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from bench.harness.report import ROOT

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = "service/platform/migrations/head.txt"
MIGRATIONS = 2
"""How many revisions of the database lie between the two releases, as long as no release is tagged."""


def previous() -> str:
    """The commit of the release before: the newest tag below us whose schema is older, else some revisions back.

    Raises:
        LookupError: the repository does not go back as far.
    """
    now = (ROOT / _HEAD).read_text("ascii")
    tags = _git("tag", "--list", "v*", "--merged", "HEAD", "--sort=-creatordate").split()
    older = [tag for tag in tags if _git("show", f"{tag}:{_HEAD}") != now]
    if older:
        return older[0]
    steps = _git("log", "--format=%H", f"--max-count={MIGRATIONS}", "--", _HEAD).split()
    if len(steps) < MIGRATIONS:
        raise LookupError("the repository holds no release before this one: fetch its whole history")
    return _git("rev-parse", f"{steps[-1]}^").strip()


def unpack(commit: str, folder: Path) -> str:
    """Put the files of a commit into an empty folder; returns the revision that its program wants."""
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=True)
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)
    return (folder / _HEAD).read_text("ascii").strip()


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True, text=True).stdout
