"""Reading the text of cases by its shape: everything that is wrong with it at once, as an edition is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.edition.parse import load
from scoring.edition.place import Place, Refused
from scoring.kernel.errors import EditionError

if TYPE_CHECKING:
    from scoring.edition.shapes import Shape


def read_text(text: str, shape: Shape) -> Any:  # noqa: ANN401 - what the shape makes of the text
    """What a shape makes of a TOML text.

    Raises:
        EditionError: with every finding.
    """
    at = Place([])
    raw = load(text, at)
    fields = raw if isinstance(raw, Refused) else shape.read(raw, at)
    if at.findings:
        raise EditionError(tuple(at.findings))
    return fields
