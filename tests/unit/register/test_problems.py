"""Every code that the room gives has its sentences, and every sentence is given by something."""

import re
import tomllib
from importlib import resources
from pathlib import Path

from service.platform import Problem

ROOM = Path(str(resources.files("service.register")))
OWN = tomllib.loads((ROOM / "problems.toml").read_text(encoding="utf-8"))
SOURCES = [*ROOM.rglob("*.py"), Path(str(resources.files("scoring.kernel"))) / "codes.py"]
WORDS = set(re.findall(r"""["']([a-z]+(?:_[a-z]+)+)["']""", "\n".join(s.read_text(encoding="utf-8") for s in SOURCES)))


def test_every_sentence_of_the_room_is_given_by_some_line_of_it() -> None:
    assert set(OWN) - WORDS == set()


def test_every_sentence_can_be_told_in_both_languages() -> None:
    for code in OWN:
        problem = Problem(code, pointer="/x")
        for language in ("zh", "en"):
            text = problem.text(language)
            assert text.title
            assert text.detail.endswith(("。", ".")), (code, text.detail)
            assert text.next
