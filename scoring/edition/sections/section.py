"""What a section of an edition brings along: how it is read, and what its lint looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from scoring.edition.envelope import Edition
    from scoring.edition.lint.remarks import Remarks
    from scoring.edition.shapes import Shape


class Section(NamedTuple):
    """One section. Parser and JSON Schema are made from ``shape``.

    ``check`` is called for an edition that has the section, with a sheet whose places begin at it.
    """

    shape: Shape
    check: Callable[[Edition, Remarks], None]
