"""The words of the pages: Chinese in the templates, English from catalogues beside them (`words/*.po`)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import g

from service.platform import web

if TYPE_CHECKING:
    from flask import Flask

ROOMS = ("pages", "console", "portal")


def gettext(said: str, **parts: object) -> str:
    """A sentence in the language of the page, with `%(parts)s` filled in."""
    found = said if web.language() == "zh" else english(g.get("face", ROOMS[0])).gettext(said)
    return found % parts if parts else found


def ngettext(said: str, several: str, num: int, **parts: object) -> str:
    """A sentence about `num` things in the language of the page; `%(num)s` stands for their number."""
    found = said if web.language() == "zh" else english(g.get("face", ROOMS[0])).ngettext(said, several, num)
    return found % {"num": num, **parts}


def use_words(app: Flask) -> None:
    """Have templates say `_("…")` in the language of the page."""
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=False)  # type: ignore[attr-defined] # of its extension i18n
    app.jinja_env.globals["_"] = gettext
    app.jinja_env.globals["ngettext"] = ngettext


@cache
def english(face: str) -> Translations:
    """The English catalogues of a face and of what all faces share, read once for each process."""
    found = Translations()
    for room in dict.fromkeys((ROOMS[0], face)):
        folder = files("service").joinpath(room, "words")
        for source in sorted(folder.iterdir(), key=lambda each: each.name) if folder.is_dir() else ():
            if not source.name.endswith(".po"):
                continue
            with source.open("rb") as file:
                compiled = BytesIO()
                write_mo(compiled, read_po(file, locale="en"))
            compiled.seek(0)
            found.merge(Translations(compiled))
    return found
