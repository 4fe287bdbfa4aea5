"""What an edition is called, which clauses it cites and where, and what it changes of its predecessor."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any, Final

from service.editions.examining import told
from service.editions.queries import text_of
from service.editions.refusing import read_stored
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy.orm import Session

_CITED: Final = re.compile(r'''^(?:[^"'\n#]|"(?:\\.|[^"\\\n])*")*?\b\w*clause[ \t]*=[ \t]*"''', re.MULTILINE)
"""Up to the clause that a line cites first."""
_CLAUSE: Final = re.compile(r"""\b\w*clause[ \t]*=[ \t]*("(?:\\.|[^"\\\n])*")""")
_SHOWN: Final = (
    "title",
    "legal_basis",
    "verified",
    "illustrative",
    "authority",
    "regions",
    "kinds",
    "matters",
    "predecessor",
)


def contents_of(session: Session, edition_id: str) -> dict[str, Any]:
    """The contents of an edition that is, was or will be in force, or was withdrawn.

    Raises:
        Problem: ``edition_unknown``.
    """
    text = text_of(session, edition_id)
    if text is None:
        raise Problem("edition_unknown", edition=edition_id)
    edition = read_stored(text, edition_id)
    older = None if edition.predecessor is None else text_of(session, edition.predecessor)
    return {
        "edition_id": edition_id,
        "digest": edition.digest,
        **{name: getattr(edition, name) for name in _SHOWN},
        "clauses": list(_clauses(text, edition.clauses)),
        "changes": None if older is None else list(told(older, text, edition)),
    }


def _clauses(text: str, said: Mapping[str, Mapping[str, str]]) -> Iterator[dict[str, Any]]:
    """Each clause with its text, where the edition has it, and the lines that cite it, in their order."""
    lines: dict[str, list[int]] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        for clause in _cited(line):
            lines.setdefault(clause, []).append(number)
    for clause in dict.fromkeys((*lines, *said)):
        yield {"clause": clause, "says": said.get(clause), "lines": lines.get(clause, [])}


def _cited(line: str) -> dict[str, None]:
    """The clauses that a line cites, each once; a comment cites none."""
    found = _CLAUSE.findall(line) if _CITED.match(line) else ()
    return dict.fromkeys(tomllib.loads(f"clause = {one}")["clause"] for one in found)
