"""Problem details (RFC 9457): one exception, one catalogue of stable codes, two languages."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from babel.dates import format_date

LANGUAGES = ("zh", "en")
_DAYS = {"zh": "y年M月d日", "en": "d MMMM y"}
_TEXTS = frozenset({"title", "detail", "next"})


@dataclass(frozen=True, slots=True)
class ProblemText:
    """One entry of the catalogue in one language; `detail` and `next` may hold `{parameters}`."""

    title: str
    detail: str
    next: str


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """One entry of the catalogue: a stable code, its HTTP status, its texts by language."""

    code: str
    status: int
    texts: Mapping[str, ProblemText]


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it a problem, and so does everyone who raises one
    """Something the caller can understand and act on.

    `code` is a key of the catalogue (`problems.toml` of any room), `pointer` a JSON pointer to the field at fault,
    `errors` the problems found together in one request, `headers` what its response bears besides.
    Parameters fill the braces of the texts.

    Raises:
        KeyError: the code is in no catalogue.
    """

    def __init__(
        self,
        code: str,
        *,
        pointer: str | None = None,
        errors: Iterable["Problem"] = (),
        headers: Mapping[str, str] | None = None,
        **params: object,
    ) -> None:
        self.kind = catalogue()[code]
        self.code = code
        self.pointer = pointer
        self.params: dict[str, Any] = dict(params)
        self.errors = tuple(errors)
        self.headers: Mapping[str, str] = headers or {}
        super().__init__(code, pointer, params)

    @property
    def status(self) -> int:
        """The HTTP status that belongs to the code."""
        return self.kind.status

    def text(self, language: str) -> ProblemText:
        """Title, detail and next step with the parameters filled in."""
        raw = self.kind.texts[language]
        said = {name: _said(value, language) for name, value in self.params.items()}
        return ProblemText(raw.title, _fill(raw.detail, said), _fill(raw.next, said))

    def document(self, language: str) -> dict[str, object]:
        """The members of an `application/problem+json` body, without `instance`."""
        text = self.text(language)
        body: dict[str, object] = {
            "type": f"/problems/{self.code}",
            "title": text.title,
            "status": self.status,
            "detail": text.detail,
            "code": self.code,
            "next": text.next,
        }
        if self.pointer is not None:
            body["pointer"] = self.pointer
        if self.errors:
            body["errors"] = [error.member(language) for error in self.errors]
        return body

    def member(self, language: str) -> dict[str, object]:
        """This problem as one member of another's `errors[]`, and as one row of an error report."""
        text = self.text(language)
        return {"code": self.code, "pointer": self.pointer or "", "detail": text.detail, "next": text.next}


def _said(value: object, language: str) -> str:
    """A parameter in words: an instant as day and time in the zone that it bears, with its distance from UTC."""
    if not isinstance(value, datetime):
        return str(value)
    day = format_date(value, _DAYS[language], locale=language)
    offset = f"{value:%z}"
    told = f"{day} {value:%H:%M:%S}"
    return f"{told} (UTC{offset[:3]}:{offset[3:5]})" if offset else told


def _fill(template: str, params: Mapping[str, str]) -> str:
    """Fill braces; a parameter that was not given shows as its name, since an error must never fail to be told."""
    return template.format_map(_Shown(params))


class _Shown(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return name


@cache
def catalogue() -> Mapping[str, ProblemKind]:
    """All problems of all rooms by code, from each room's `problems.toml`.

    Raises:
        ValueError: two rooms claim one code, or an entry lacks a text.
    """
    kinds: dict[str, ProblemKind] = {}
    for room in sorted(files("service").iterdir(), key=lambda entry: entry.name):
        source = room / "problems.toml"
        if not source.is_file():
            continue
        for code, entry in tomllib.loads(source.read_text(encoding="utf-8")).items():
            if code in kinds:
                raise ValueError(f"problem {code} is defined twice, the second time in {room.name}")
            kinds[code] = _kind(code, entry)
    return kinds


def _kind(code: str, entry: Mapping[str, object]) -> ProblemKind:
    texts: dict[str, ProblemText] = {}
    for language in LANGUAGES:
        given = entry.get(language)
        if not isinstance(given, dict) or set(given) != _TEXTS:
            raise ValueError(f"problem {code} needs title, detail and next in {language}")
        texts[language] = ProblemText(**given)
    status = entry.get("status")
    if not isinstance(status, int) or set(entry) != {"status", *LANGUAGES}:
        raise ValueError(f"problem {code} needs a status, zh and en, and nothing else")
    return ProblemKind(code, status, texts)
