"""What a verifier says: one verdict for each check, why, and whether a file passes; of draws and of ratings alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Verdict: TypeAlias = Literal["PASS", "UNSEEN", "WEAK", "FAIL"]

_IN_CHINESE: Final[Mapping[str, str]] = {"PASS": "通过", "FAIL": "不符", "WEAK": "偏弱", "UNSEEN": "未验"}


class Said(NamedTuple):
    """One check's verdict. ``remark`` names a sentence of its verifier; ``where`` is the first place that decided."""

    code: str
    verdict: Verdict
    remark: str = ""
    where: str = ""
    found: str = ""
    expected: str = ""

    def line(self, sentences: Mapping[str, tuple[str, str]], lang: str) -> str:
        """The check in words: code, verdict, and why. ``sentences``: Chinese and English by remark."""
        english = lang == "en"
        said = sentences[self.remark][english] if self.remark else ""
        verdict = self.verdict if english else f"{self.verdict} {_IN_CHINESE[self.verdict]}"
        sentence = said.format(where=self.where, found=self.found, expected=self.expected)
        return f"{self.code:<13} {verdict:<6} {sentence}".rstrip()


class Verdicts:
    """What follows from every check, in the order of its verifier's page."""

    def __init__(self, said: tuple[Said, ...]) -> None:
        self.said = said

    def passes(self, *, strict: bool = False) -> bool:
        """Whether nothing fails; strictly, whether everything passes."""
        return all(each.verdict == "PASS" if strict else each.verdict != "FAIL" for each in self.said)

    def failed(self) -> list[str]:
        """The codes of the checks that fail."""
        return [each.code for each in self.said if each.verdict == "FAIL"]

    def verdict(self, code: str) -> Verdict:
        """The verdict of one check."""
        return next(each.verdict for each in self.said if each.code == code)


def short(value: object, most: int) -> str:
    """A value as a sentence shows it: so many characters, no line breaks."""
    text = value if isinstance(value, str) else repr(value)
    return text[:most].replace("\n", " ").replace("\r", " ")
