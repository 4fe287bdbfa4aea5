"""What entities say beside their own records and results, read together with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.pages import ask

if TYPE_CHECKING:
    from collections.abc import Sequence

AT_ONCE = 100


def beside(about: str, references: Sequence[object]) -> dict[str, list[dict[str, Any]]]:
    """The replies beside some records or results, by the number of each."""
    found: dict[str, list[dict[str, Any]]] = {}
    for first in range(0, len(references), AT_ONCE):
        asked = ",".join(str(one) for one in references[first : first + AT_ONCE])
        for one in ask("GET", "/v1/replies", query={"about": about, "references": asked}).body["items"]:
            found.setdefault(one["reference"], []).append(one)
    return found
