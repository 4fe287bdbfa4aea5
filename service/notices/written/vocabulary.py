"""Kinds of notices, ways of serving them and remedies, read from ``kinds/``."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from service.notices.written import kinds as folder
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_TEXT = 2_000
MOST_TEXTS = 100
MOST_SAID = 1_000
"""Texts of a list that the service itself says: an entity is told each of its hundreds of reasons."""
_NOTHING = "—"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class NoticeKind(NamedTuple):
    """One kind of notice, as ``common.toml`` explains it.

    ``digest``: of the file, with what all share. ``topics``: whose rows of the outbox make the service write one.
    """

    code: str
    names: Mapping[str, str]
    asked: bool
    facts: Mapping[str, str]
    law: tuple[str, ...]
    text: Mapping[str, str]
    digest: bytes
    topics: tuple[str, ...]


class Way(NamedTuple):
    """A way of serving a notice; ``receipt``: somebody must have signed for it."""

    code: str
    zh: str
    en: str
    receipt: bool


@cache
def shared() -> Mapping[str, Any]:
    """What all kinds share."""
    return tomllib.loads(_source("common.toml").decode())


@cache
def notice_kinds() -> Mapping[str, NoticeKind]:
    """Every kind of notice, by code."""
    names = sorted(one.name for one in resources.files(folder).iterdir() if one.name.endswith(".toml"))
    return {kind.code: kind for kind in map(_read, names) if kind is not None}


@cache
def kind_by_topic() -> Mapping[str, NoticeKind]:
    """The kind of notice that a row of the outbox asks for, by its topic."""
    return {topic: kind for kind in notice_kinds().values() for topic in kind.topics}


@cache
def ways() -> Mapping[str, Way]:
    """The ways of serving a notice, by code."""
    return {row["code"]: Way(**row) for row in shared()["way"]}


def kind_of(code: str) -> NoticeKind:
    """A kind that may be asked for.

    Raises:
        Problem: ``notice_kind_unknown``.
    """
    found = notice_kinds().get(code)
    if found is None or not found.asked:
        raise Problem("notice_kind_unknown", pointer="/kind", kind=code)
    return found


def told_facts(kind: NoticeKind, facts: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """The facts of a notice that the service makes by itself: no length and no line break keeps it from being made.

    A text is set on one line and cut at ``LONGEST_TEXT``; of a list of more than ``MOST_SAID`` the first and the last
    are told, and how many stand between.

    Raises:
        Problem: as ``checked_facts``.
    """
    told = {name: _told(kind.facts.get(name, ""), said, lang) for name, said in facts.items()}
    return checked_facts(kind, told, most=MOST_SAID)


def _told(form: str, said: object, lang: str) -> object:
    if form.startswith("texts") and isinstance(said, list):
        return _folded([_told("text", one, lang) for one in said if one != ""], lang)
    if form.startswith("text") and isinstance(said, str):
        line = " ".join(said.split())[:LONGEST_TEXT]
        return line or (None if form.endswith("?") else _NOTHING)
    return said


def _folded(said: list[object], lang: str) -> list[object]:
    if len(said) <= MOST_SAID:
        return said
    first = MOST_SAID // 2
    last = MOST_SAID - first - 1
    between: str = shared()["between"][lang].format(n=len(said) - first - last)
    return [*said[:first], between, *said[-last:]]


def checked_facts(kind: NoticeKind, facts: Mapping[str, Any], *, most: int = MOST_TEXTS) -> dict[str, Any]:
    """The facts of a notice in the order of its kind. ``most``: texts of a list.

    Raises:
        Problem: ``invalid_body`` with ``notice_fact_missing``, ``notice_fact_malformed``, ``notice_fact_unknown``.
    """
    faults = [
        Problem("notice_fact_unknown", pointer=f"/facts/{name}", fact=name, kind=kind.code)
        for name in facts
        if name not in kind.facts
    ]
    for name, said in kind.facts.items():
        form, wanted = said.removesuffix("?"), not said.endswith("?")
        if facts.get(name) is None:
            if wanted:
                faults.append(Problem("notice_fact_missing", pointer=f"/facts/{name}", fact=name, kind=kind.code))
        elif not _fits(form, facts[name], most):
            faults.append(Problem("notice_fact_malformed", pointer=f"/facts/{name}", fact=name, form=form))
    if faults:
        raise Problem("invalid_body", errors=faults, count=len(faults))
    return {name: facts.get(name) for name in kind.facts}


def _fits(form: str, value: object, most: int) -> bool:
    if form == "texts":
        return isinstance(value, list) and len(value) <= most and all(_fits("text", one, most) for one in value)
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TEXT or "\n" in value:
        return False
    return form != "day" or _is_day(value)


def _is_day(value: str) -> bool:
    try:
        return _DAY.fullmatch(value) is not None and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _read(name: str) -> NoticeKind | None:
    if name == "common.toml":
        return None
    source = _source(name)
    row = tomllib.loads(source.decode())
    digest = sha256(source + _source("common.toml")).digest()
    names = {"zh": row["zh"], "en": row["en"]}
    code = name.removesuffix(".toml")
    return NoticeKind(
        code, names, row["asked"], row["facts"], tuple(row["law"]), row["text"], digest, tuple(row["topics"])
    )


def _source(name: str) -> bytes:
    return (resources.files(folder) / name).read_bytes()
