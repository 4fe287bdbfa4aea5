"""What is about to be saved, beside what it would do to the tier: the figures, and the sentences that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from service.pages import RefusedError, ask

if TYPE_CHECKING:
    from collections.abc import Mapping


class Change(NamedTuple):
    """What differs in one kind: how it stands before and after (None: it does not stand), sentences gone and come."""

    kind: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    gone: list[str]
    come: list[str]


class Preview(NamedTuple):
    """The interface's answer, and its changes by kind."""

    said: Mapping[str, Any]
    changes: list[Change]


def previewed(path: str, body: Mapping[str, object]) -> Preview:
    """Ask what recording would do."""
    return _read(ask("POST", path, json=body).body)


def previewed_proposal(proposal: int) -> Preview | RefusedError:
    """Ask what confirming a proposed act would do; or why it could not be confirmed any more."""
    try:
        return _read(ask("GET", f"/v1/act-proposals/{proposal}/preview").body)
    except RefusedError as refused:
        return refused


def _read(said: Mapping[str, Any]) -> Preview:
    before, after = said["before"], said["after"]
    kinds = sorted({*before["kinds"], *after["kinds"]})
    return Preview(said, [_change(kind, before, after) for kind in kinds])


def _change(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Change:
    earlier, later = ([one["text"] for one in side["words"].get(kind, ())] for side in (before, after))
    gone = [text for text in earlier if text not in later]
    come = [text for text in later if text not in earlier]
    return Change(kind, before["kinds"].get(kind), after["kinds"].get(kind), gone, come)
