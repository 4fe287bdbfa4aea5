"""From a template and facts to the text of a notice."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from jinja2 import Environment, StrictUndefined

from service.notices.written.vocabulary import notice_kinds, shared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Template

_EMPTY_LINES = re.compile(r"\n{3,}")
_DAYS = {"zh": "{0.year}年{0.month}月{0.day}日", "en": "{0}"}


class Heading(NamedTuple):
    """What a notice says of itself; ``name`` and ``entity``: whom it is for, ``authority``: who speaks."""

    number: str
    entity: str
    name: str
    authority: str
    made_on: str
    check_code: str


def written(kind: str, lang: str, heading: Heading, facts: Mapping[str, Any], law: Mapping[str, Any]) -> str:
    """The text of a notice: lines, the first of which is its title, without trailing blanks.

    ``facts``: as the kind names them, and ``heading``: days as YYYY-MM-DD; they are set as the language writes them.
    """
    days = {name for name, form in notice_kinds()[kind].facts.items() if form.removesuffix("?") == "day"}
    said = {name: _day(value, lang) if name in days and value else value for name, value in facts.items()}
    dated = heading._replace(made_on=_day(heading.made_on, lang))
    rendered = _template(kind, lang).render(n=dated, facts=said, law=law)
    lines = "\n".join(line.strip() for line in rendered.strip().splitlines())
    return _EMPTY_LINES.sub("\n\n", lines) + "\n"


def _day(day: str, lang: str) -> str:
    """A day as a text of the language has it, as the reasons of a rating do."""
    return _DAYS[lang].format(date.fromisoformat(day))


@cache
def _template(kind: str, lang: str) -> Template:
    # Plain text: nothing is escaped here; who sets it in another form escapes it there.
    environment = Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)  # noqa: S701 - plain text
    return environment.from_string(shared()["macros"][lang].strip() + notice_kinds()[kind].text[lang])
