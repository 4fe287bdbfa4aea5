"""Read an edition: strict TOML in, frozen values out, and everything that is wrong with it at once."""

from __future__ import annotations

import hashlib
import tomllib
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from scoring.edition.document import DOCUMENT
from scoring.edition.model import Edition, Frequency
from scoring.edition.place import Decimals, Place, Refused
from scoring.kernel.errors import EditionError
from scoring.kernel.nesting import has_key_longer, is_deeper

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST: Final = 4_000_000
"""Characters. The largest edition known is under a hundredth of this; more is an attack or a mistake."""
_DEEPEST: Final = 100
_LONGEST_KEY: Final = 30
"""Parts of a key; those of an edition have five at most."""


def parse(text: str) -> Edition:
    """Read an edition from its TOML text.

    Points become hundredths, factors and shares thousandths, ratios fractions in lowest terms; nothing passes through
    a binary fraction. ``digest`` is the SHA-256 of the text as UTF-8.

    Raises:
        EditionError: with every finding, each with code, clause, JSON pointer and what to write instead.
    """
    findings = Place([])
    raw = load(text, findings)
    if not isinstance(raw, Refused):
        fields = DOCUMENT.read_fields(raw, findings)
        if not findings.findings and not isinstance(fields, Refused):
            return _edition(fields, text)
    raise EditionError(tuple(findings.findings))


def id_of(text: str) -> str | None:
    """The id that a text gives itself, whatever else is wrong with it; None where it gives none that can be read."""
    raw = load(text, Place([]))
    said = None if isinstance(raw, Refused) else raw.get("id")
    return said if isinstance(said, str) else None


def parse_tables(tables: Mapping[str, object]) -> Edition:
    """The edition that tables say as TOML reads them, floats as written; its digest is that of their words in order.

    Raises:
        EditionError: as `parse`.
    """
    findings = Place([])
    fields = DOCUMENT.read_fields(tables, findings)
    if not findings.findings and not isinstance(fields, Refused):
        return _edition(fields, repr(tables))
    raise EditionError(tuple(findings.findings))


def load(text: str, at: Place) -> Mapping[str, object] | Refused:
    """The tables of a text as TOML reads them, floats kept as written; refused where it is too long, deep or faulty."""
    if len(text) > _LONGEST:
        return at.refuse(
            "too_long",
            zh=f"文本超过 {_LONGEST} 字，请缩短",
            en=f"the text is longer than {_LONGEST} characters: shorten it",
        )
    # The parser's own bound is a setting of the process, which any library may raise.
    if is_deeper(text, _DEEPEST) or has_key_longer(text, _LONGEST_KEY):
        return at.refuse(
            "too_deep", zh="嵌套过深，请减少层数", en="tables or lists are nested too deeply: flatten them"
        )
    try:
        text.encode()
        return tomllib.loads(text, parse_float=Decimals)
    except UnicodeEncodeError:
        return at.refuse(
            "not_unicode", zh="文本含有不成对的代理字符，请删去", en="the text holds an unpaired surrogate: remove it"
        )
    except RecursionError:
        return at.refuse(
            "too_deep", zh="嵌套过深，请减少层数", en="tables or lists are nested too deeply: flatten them"
        )
    except ValueError as reason:
        return at.refuse(
            "not_toml",
            zh=f"不是有效的 TOML，请按位置改正：{reason}",
            en=f"not valid TOML, correct the place named: {reason}",
        )


def _edition(fields: dict[str, Any], text: str) -> Edition:
    frequency = {tier: Frequency(tier=tier, **entry) for tier, entry in fields.pop("frequency").items()}
    mapped, ratings = fields.pop("map"), fields.pop("rating")
    return Edition(
        **{**fields, "unverified_clauses": frozenset(fields["unverified_clauses"])},
        digest=hashlib.sha256(text.encode()).hexdigest(),
        map_codes=mapped["codes"],
        map_dimensions=mapped["dimensions"],
        ratings=ratings,
        frequency=MappingProxyType(frequency),
    )
