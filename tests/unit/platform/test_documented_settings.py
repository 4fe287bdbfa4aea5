"""The page about settings tells what the program reads, and its defaults."""

import re
from pathlib import Path

import service
from service.platform import load_settings

ROOT = Path(service.__path__[0]).parent
PAGE = (ROOT / "docs/settings.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| `(\w+)` \| ([^|]*?) \|", PAGE, re.MULTILINE))


def read_names() -> set[str]:
    platform = (ROOT / "service/platform/settings.py").read_text("utf-8")
    server = (ROOT / "service/server.py").read_text("utf-8")
    ours = re.findall(
        r'read\.(?:text|database|integer|folder|keys|networks|certificates|roles|address|receiver|file)\("(\w+)"',
        platform,
    )
    return {*ours, *re.findall(r'environ\.get\("(\w+)"', server), *re.findall(r'"(\w+)" in os\.environ', server)}


def test_every_setting_is_on_the_page_and_nothing_else() -> None:
    assert set(ROWS) == read_names()


def test_the_defaults_on_the_page_are_those_of_the_program() -> None:
    settings = load_settings({"DATABASE_URL": "postgresql://app@db/xinjian"})
    for name, default in ROWS.items():
        if default != "–" and hasattr(settings, name.lower()):
            assert str(getattr(settings, name.lower())) == default
