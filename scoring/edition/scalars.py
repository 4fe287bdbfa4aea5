"""The single values of an edition: how each is written, read into whole numbers, and described to an editor."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from math import gcd
from typing import TYPE_CHECKING, Final

from scoring.edition.place import Decimals

if TYPE_CHECKING:
    from scoring.edition.place import Place, Refused

MAX_POINTS: Final = 1_000_000_000
"""Hundredths. Sums of a million events still fit 64 bits with room to spare."""
_DECIMAL = re.compile(r"([+-]?)(\d{1,12})(?:\.(\d{1,12}))?", re.ASCII)
_FRACTION = re.compile(r"(\d{1,6})\s*/\s*(\d{1,6})", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?\s*[%％]", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


def _exact(value: object, places: int) -> int | None:
    """A number as written, in units of 10^-places; None when it is no plain decimal or has more places."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    found = _DECIMAL.fullmatch(str(value).replace("_", "") if isinstance(value, Decimals) else str(value))
    if not found:
        return None
    sign, whole, part = found[1], found[2], found[3] or ""
    if part[places:].strip("0"):
        return None
    size = int(whole + part[:places].ljust(places, "0"))
    return -size if sign == "-" else size


@dataclass(frozen=True, slots=True)
class Words:
    """A string: a name, a key or a code. No control characters, no blanks around it, not empty."""

    pattern: str | None = None
    longest: int = 200

    def read(self, value: object, at: Place) -> str | Refused:
        """The string, or a refusal."""
        if not isinstance(value, str) or isinstance(value, Decimals):
            return at.refuse("wrong_type", zh="这里应写带引号的文字", en="write text in quotes here")
        if not value or value != value.strip() or len(value) > self.longest or _CONTROL.search(value):
            return at.refuse(
                "bad_text",
                zh=f"文字不能为空、首尾不能有空格、不能含控制字符、不超过 {self.longest} 字",
                en=f"the text must not be empty, padded, over {self.longest} characters or hold control characters",
            )
        if self.pattern and not re.fullmatch(self.pattern, value):
            return at.refuse("bad_text", zh=f"应符合 {self.pattern}", en=f"must match {self.pattern}")
        return value

    def schema(self) -> dict[str, object]:
        """As JSON Schema."""
        pattern = f"^{self.pattern}$" if self.pattern else r"^\S([^\u0000-\u001f]*\S)?$"
        return {"type": "string", "minLength": 1, "maxLength": self.longest, "pattern": pattern}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    def read(self, value: object, at: Place) -> str | Refused:
        """The word, or a refusal that names the choice."""
        if isinstance(value, str) and value in self.words:
            return value
        listed = ", ".join(self.words)
        return at.refuse("not_a_choice", zh=f"应为以下之一：{listed}", en=f"write one of: {listed}")

    def schema(self) -> dict[str, object]:
        """As JSON Schema."""
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def read(self, value: object, at: Place) -> bool | Refused:
        """The truth value."""
        if isinstance(value, bool):
            return value
        return at.refuse("wrong_type", zh="应写 true 或 false", en="write true or false")

    def schema(self) -> dict[str, object]:
        """As JSON Schema."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number between two bounds, inclusive."""

    least: int
    most: int

    def read(self, value: object, at: Place) -> int | Refused:
        """The number."""
        if isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most:
            return value
        return at.refuse(
            "not_a_whole_number",
            zh=f"应写 {self.least} 至 {self.most} 的整数",
            en=f"write a whole number from {self.least} to {self.most}",
        )

    def schema(self) -> dict[str, object]:
        """As JSON Schema."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Points:
    """Points, written 3, -2.5 or "2.50"; read into hundredths, exactly."""

    least: int = -MAX_POINTS

    def read(self, value: object, at: Place) -> int | Refused:
        """The points in hundredths."""
        size = _exact(value, 2)
        if size is None:
            return at.refuse(
                "not_points",
                zh='分值应写成 3、-2.5 或 "2.50"，最多两位小数，不用指数',
                en='write points as 3, -2.5 or "2.50": at most two decimals, no exponent',
            )
        if not self.least <= size <= MAX_POINTS:
            low, high = self.least // 100, MAX_POINTS // 100
            return at.refuse("points_out_of_range", zh=f"分值应在 {low} 至 {high} 之间", en=f"from {low} to {high}")
        return size

    def schema(self) -> dict[str, object]:
        """As JSON Schema. The count of decimals of a bare number is left to the parser: editors hold it as a float."""
        number = {"type": "number", "minimum": self.least // 100, "maximum": MAX_POINTS // 100}
        return {"anyOf": [number, {"type": "string", "pattern": r"^[+-]?[0-9]{1,12}(\.[0-9]{1,2}0*)?$"}]}


@dataclass(frozen=True, slots=True)
class Factor:
    """A multiplier, written 2, 0.8 or "1.5"; with ``share`` at most 1, also written "80 %". Thousandths."""

    share: bool = False

    def read(self, value: object, at: Place) -> int | Refused:
        """The factor in thousandths."""
        most = 1000 if self.share else 1_000_000
        size = _exact(value, 3)
        percent = _PERCENT.fullmatch(value) if self.share and isinstance(value, str) else None
        if percent and not (percent[2] or "")[1:].strip("0"):
            size = int(percent[1]) * 10 + int((percent[2] or "0")[0])
        if size is None or not 0 <= size <= most:
            how = 'a share from 0 to 1, as 0.8 or "80 %"' if self.share else "a factor from 0 to 1000, as 0.8 or 1.5"
            wie = '0 至 1 的比例，如 0.8 或 "80 %"' if self.share else "0 至 1000 的系数，如 0.8 或 1.5"
            return at.refuse("not_a_factor", zh=f"应写{wie}，最多三位小数", en=f"write {how}, at most three decimals")
        return size

    def schema(self) -> dict[str, object]:
        """As JSON Schema."""
        number: dict[str, object] = {"type": "number", "minimum": 0, "maximum": 1 if self.share else 1000}
        shapes = [number, {"type": "string", "pattern": r"^\+?[0-9]{1,12}(\.[0-9]{1,3}0*)?$"}]
        if self.share:
            shapes.append({"type": "string", "pattern": r"^[0-9]{1,3}(\.[0-9]0?)?\s*[%％]$"})
        return {"anyOf": shapes}


@dataclass(frozen=True, slots=True)
class Ratio:
    """A share of a population, written "1/20" or "5 %"; read into lowest terms."""

    def read(self, value: object, at: Place) -> tuple[int, int] | Refused:
        """(numerator, denominator), lowest terms, at most 1."""
        text = value if isinstance(value, str) and not isinstance(value, Decimals) else ""
        fraction, percent = _FRACTION.fullmatch(text), _PERCENT.fullmatch(text)
        over, under = 0, 0
        if fraction:
            over, under = int(fraction[1]), int(fraction[2])
        elif percent:
            over, under = int(percent[1] + (percent[2] or "").ljust(2, "0")), 10_000
        if not under or over > under:
            return at.refuse(
                "not_a_ratio", zh='比例应写成 "1/20" 或 "5 %"，不超过 1', en='write "1/20" or "5 %", at most 1'
            )
        common = gcd(over, under)
        return over // common, under // common

    def schema(self) -> dict[str, object]:
        """As JSON Schema."""
        return {
            "type": "string",
            "pattern": r"^([0-9]{1,6}\s*/\s*0*[1-9][0-9]{0,5}|[0-9]{1,3}(\.[0-9]{1,2})?\s*[%％])$",
        }


@dataclass(frozen=True, slots=True)
class Day:
    """A date without a time, written 2026-04-01."""

    def read(self, value: object, at: Place) -> date | Refused:
        """The day."""
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        return at.refuse("not_a_day", zh="应写不带引号的日期，如 2026-04-01", en="write a bare date, as 2026-04-01")

    def schema(self) -> dict[str, object]:
        """As JSON Schema."""
        return {"type": "string", "format": "date", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
