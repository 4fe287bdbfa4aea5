"""Every sentence of the pages has its English, and no catalogue says what no page says."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from service.pages.words import ROOMS

from .tree import ROOT

METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}


def said(folder: Path) -> set[str]:
    """The sentences of a room's pages."""
    found = extract_from_dir(folder, METHODS, {"**/templates/**.html": {"silent": "false"}}, KEYWORDS)
    return {message[0] if isinstance(message, tuple) else message for _, _, message, *_ in found}


def catalogues(folder: Path) -> dict[str, str]:
    """The English of a room's catalogues, by what it stands for; of a plural its last form."""
    found: dict[str, str] = {}
    for source in sorted((folder / "words").glob("*.po")):
        with source.open("rb") as file:
            for message in read_po(file, locale="en"):
                if message.id:
                    key = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
                    english = message.string[-1] if isinstance(message.string, (list, tuple)) else message.string
                    assert not message.fuzzy, f"{source.name}: {key} is fuzzy"
                    assert found.setdefault(key, str(english)) == english, f"{source.name}: {key} has two translations"
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_what_a_page_says_is_said_in_english(room: str) -> None:
    own = catalogues(ROOT / "service" / room)
    shared = catalogues(ROOT / "service" / "pages")
    missing = {one for one in said(ROOT / "service" / room) if not (own.get(one) or shared.get(one))}
    assert not missing, f"add to service/{room}/words/*.po: {sorted(missing)}"


@pytest.mark.parametrize("room", ROOMS)
def test_no_catalogue_says_what_no_page_says(room: str) -> None:
    unsaid = set(catalogues(ROOT / "service" / room)) - said(ROOT / "service" / room)
    assert not unsaid, f"take out of service/{room}/words/*.po: {sorted(unsaid)}"
