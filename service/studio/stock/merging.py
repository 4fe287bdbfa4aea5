"""Kinds that the law rates alike put into one set of columns: a city of forty kinds is rated in a few calls.

Which kinds go together is what the editions say: the same sections of all of them, so that nothing is rated otherwise
than alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from scoring.rating.columnar import ABSENT, NO_DAY, NO_POINTS, Coded, Columns, Events, Licences, Occasions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from scoring.edition.model import Edition
    from scoring.rating.columnar.arrays import Codes, Rows

_USUAL: Final[Mapping[str, int]] = {
    "final": 1,
    "value": NO_POINTS,
    "occasion": ABSENT,
    "case": ABSENT,
    "corrected_on": NO_DAY,
    "performed_on": NO_DAY,
    "repaired_on": NO_DAY,
    "annulled_on": NO_DAY,
    "publicity_ends_on": NO_DAY,
    "tie": 0,
}
"""What stands for absent in a column that some kinds do not have."""


def alike(kinds: Sequence[str], editions: Sequence[Edition]) -> dict[str, list[str]]:
    """The kinds that every edition rates by the same section, by the first of them."""
    groups: list[tuple[list[Any], list[str]]] = []
    for kind in kinds:
        law = [_section(edition, kind) for edition in editions]
        group = next((names for said, names in groups if said == law), None)
        if group is None:
            groups.append((law, [kind]))
        else:
            group.append(kind)
    return {names[0]: names for _, names in groups}


def merged(every: Sequence[Columns]) -> Columns:
    """Several columns one after the other, under the kind of the first; texts get one numbering."""
    if len(every) == 1:
        return every[0]
    sizes = [one.entities for one in every]
    return Columns(
        kind=every[0].kind,
        codes=_texts([one.codes for one in every]),
        offsets=_offsets([one.offsets for one in every]),
        events=_events(every),
        severities=_texts([one.severities for one in every]),
        occasion_types=_texts([one.occasion_types for one in every]),
        occasions=_occasions(every),
        known_since=_column([one.known_since for one in every], sizes, NO_DAY),
        attributes=_attributes([one.attributes for one in every], sizes),
        licences=_licences(every),
    )


def merged_texts(every: Sequence[Coded]) -> Coded:
    """Texts of several dictionaries under one numbering."""
    texts = _texts([one.texts for one in every])
    places = {text: place for place, text in enumerate(texts)}
    tables = [np.array([*(places[text] for text in one.texts), ABSENT], np.int32) for one in every]
    return Coded(texts, np.concatenate([table[one.index] for table, one in zip(tables, every, strict=True)]))


def _section(edition: Edition, kind: str) -> Any:  # noqa: ANN401 - whether it names the kind, and its section
    return (not edition.kinds or kind in edition.kinds, edition.rating_for(kind)) if edition.ratings else None


def _events(every: Sequence[Columns]) -> Events:
    sizes = [int(one.offsets[-1]) for one in every]
    events = [one.events for one in every]
    optional: dict[str, Any] = {
        name: _column([getattr(one, name) for one in events], sizes, usual) for name, usual in _USUAL.items()
    }
    severities = [
        None if one.severity is None else Coded(columns.severities, one.severity)
        for one, columns in zip(events, every, strict=True)
    ]
    return Events(
        decided_on=np.concatenate([one.decided_on for one in events]),
        code=merged_texts([Coded(columns.codes, one.code) for one, columns in zip(events, every, strict=True)]).index,
        severity=_coded_or_absent(severities, [columns.severities for columns in every], sizes),
        attributes=_attributes([one.attributes for one in events], sizes),
        **optional,
    )


def _occasions(every: Sequence[Columns]) -> Occasions | None:
    known = [(one.occasions, one.occasion_types) for one in every if one.occasions is not None]
    if len(known) < len(every):
        return None
    return Occasions(
        _offsets([one.offsets for one, _ in known]),
        np.concatenate([one.held_on for one, _ in known]),
        merged_texts([Coded(types, one.type) for one, types in known]).index,
        np.concatenate([one.closed for one, _ in known]),
    )


def _licences(every: Sequence[Columns]) -> Licences | None:
    known = [one.licences for one in every if one.licences is not None]
    if len(known) < len(every):
        return None
    return Licences(
        _offsets([one.offsets for one in known]),
        np.concatenate([one.looked_at for one in known]),
        np.concatenate([one.start for one in known]),
        np.concatenate([one.end for one in known]),
    )


def _attributes(every: Sequence[Mapping[str, Coded]], sizes: Sequence[int]) -> dict[str, Coded]:
    names = dict.fromkeys(name for one in every for name in one)
    return {
        name: merged_texts(
            [one.get(name, Coded((), np.full(size, ABSENT, np.int32))) for one, size in zip(every, sizes, strict=True)]
        )
        for name in names
    }


def _coded_or_absent(
    every: Sequence[Coded | None], texts: Sequence[tuple[str, ...]], sizes: Sequence[int]
) -> Codes | None:
    if not any(every):
        return None
    absent = (np.full(size, ABSENT, np.int32) for size in sizes)
    rows = zip(every, texts, absent, strict=True)
    return merged_texts([Coded(words, none) if one is None else one for one, words, none in rows]).index


def _texts(every: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for texts in every for text in texts))


def _column(every: Sequence[NDArray[Any] | None], sizes: Sequence[int], usual: int) -> NDArray[Any] | None:
    """A column of all; the usual value where some have none."""
    known = next((one for one in every if one is not None), None)
    if known is None:
        return None
    pairs = zip(every, sizes, strict=True)
    return np.concatenate([np.full(size, usual, known.dtype) if one is None else one for one, size in pairs])


def _offsets(every: Sequence[Rows]) -> Rows:
    begins = np.cumsum([0, *(int(one[-1]) for one in every)])
    return np.concatenate([every[0][:1], *(one[1:] + begin for one, begin in zip(every, begins, strict=False))])
