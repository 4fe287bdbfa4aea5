"""The law's own words: names of facts, texts of clauses, names of grades and levels, by language."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from scoring.kernel.points import format_points

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.edition.model import Edition, Rating, Text
    from scoring.rating.history import EditionChain

LANGUAGES = ("zh", "en")


def say(text: Text, lang: str) -> str:
    """A text in a language, in Chinese where the edition has no other."""
    return text.get(lang) or text["zh"]


class Names(NamedTuple):
    """Names that no edition gives: of facts that none rates, by code, and of kinds of entities."""

    facts: Mapping[str, Text] = MappingProxyType({})
    kinds: Mapping[str, Text] = MappingProxyType({})


NO_NAMES = Names()
"""A writer who knows the editions alone."""


class Law:
    """The editions of a chain as a writer of sentences asks them, for one kind and one language (``zh`` or ``en``)."""

    def __init__(self, chain: EditionChain, kind: str, lang: str, names: Names = NO_NAMES) -> None:
        self.chain = chain
        self.kind = kind
        self.names = names
        self.lang = "en" if lang == "en" else "zh"
        self._editions = {edition.id: edition for edition in chain.editions}

    def edition(self, key: str | None) -> Edition | None:
        """The edition of an id, if it is one of the chain."""
        return None if key is None else self._editions.get(key)

    def rating(self, key: str | None) -> Rating | None:
        """The rating section of an edition for the kind."""
        edition = self.edition(key)
        return None if edition is None else edition.rating_for(self.kind)

    def title(self, key: str | None) -> str:
        """The title of an edition, else its id."""
        edition = self.edition(key)
        return (key or "") if edition is None else say(edition.title, self.lang)

    def clause(self, key: str | None, name: str) -> str:
        """A clause as it is cited: its number, and its text where the edition gives one."""
        edition = self.edition(key)
        text = None if edition is None else edition.clauses.get(name)
        return name if text is None else f"{name}{'：' if self.lang == 'zh' else ': '}{say(text, self.lang)}"

    def kind_name(self) -> str:
        """The name of the kind."""
        name = self.names.kinds.get(self.kind)
        return self.kind if name is None else say(name, self.lang)

    def fact(self, key: str | None, code: str) -> str:
        """The name of a fact by its code, in its own edition or in whichever names it, else that of the catalogue."""
        editions = [edition for edition in (self.edition(key), *reversed(self.chain.editions)) if edition is not None]
        for edition in editions:
            rule = edition.rating_for(self.kind).rules.get(code)
            if rule is not None:
                return say(rule.name, self.lang)
        name = self.names.facts.get(code)
        return code if name is None else say(name, self.lang)

    def dimension(self, key: str | None, name: str) -> str:
        """The name of a dimension."""
        rating = self.rating(key)
        names = {} if rating is None else {part.key: say(part.name, self.lang) for part in rating.dimensions}
        return names.get(name, name)

    def grade(self, key: str | None, name: str) -> str:
        """The name of a grade."""
        rating = self.rating(key)
        names = {} if rating is None else {grade.key: say(grade.name, self.lang) for grade in rating.grades}
        return names.get(name, name)

    def level(self, key: str | None, name: str) -> str:
        """The name of a risk level."""
        rating = self.rating(key)
        if rating is None or rating.risk is None:
            return name
        return {level.key: say(level.name, self.lang) for level in rating.risk.levels}.get(name, name)

    def day(self, day: date) -> str:
        """A day as it is written in the language."""
        return f"{day.year}年{day.month}月{day.day}日" if self.lang == "zh" else day.isoformat()

    def points(self, hundredths: int, *, signed: bool = False) -> str:
        """Points with their unit; ``signed`` also shows a plus."""
        text = ("+" if signed and hundredths > 0 else "") + format_points(hundredths)
        return f"{text}分" if self.lang == "zh" else f"{text} points"


def thousandths(value: int) -> str:
    """A factor such as 1500 as ``1.5``."""
    whole, rest = divmod(abs(value), 1000)
    decimals = f"{rest:03d}".rstrip("0")
    return f"{'-' if value < 0 else ''}{whole}{'.' if decimals else ''}{decimals}"


def percent(share: int) -> str:
    """A share of thousandths such as 125 as ``12.5 %``."""
    whole, rest = divmod(share, 10)
    return f"{whole}.{rest}%" if rest else f"{whole}%"
