"""Codes by which an entity is known: unified social credit codes, registration numbers, an authority's own numbers.

A code of the wrong length or alphabet is refused always. A failing check character is another matter: such codes are
in real use, so ``PublicKey.verified`` is false and the caller decides.
"""

from __future__ import annotations

import re
from operator import mul
from typing import NamedTuple

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""GB 32100-2015: 31 characters, without I, O, S, V, Z."""

_VALUE = {char: value for value, char in enumerate(USCC_ALPHABET)}
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_VALUE = {char: value for value, char in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}

_USCC = re.compile(rf"[1-9ANY][{USCC_ALPHABET}][0-9]{{6}}[{USCC_ALPHABET}]{{10}}")
_REGISTRATION = re.compile(r"[0-9]{12,15}")
_OWN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_USCC_LENGTH = 18
_REGISTRATION_WITH_CHECK = 15


class CodeError(ValueError):
    """A code that no accepting can help. ``code`` is stable; ``zh`` and ``en`` say what is wrong."""

    def __init__(self, code: str, *, zh: str, en: str) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.zh = zh
        self.en = en


class PublicKey(NamedTuple):
    """The public key of an entity. ``verified``: every check character that the scheme has is right."""

    scheme: str
    number: str
    verified: bool

    def __str__(self) -> str:
        """``uscc:…``, ``reg:…`` or ``own:…``."""
        return f"{self.scheme}:{self.number}"


def public_key(text: str) -> PublicKey:
    """The key that a text means: ``uscc:…``, ``reg:…``, ``own:…``, or 18 characters alone for a unified code.

    Raises:
        CodeError: as the scheme's own function, or ``code_scheme_unknown``.
    """
    scheme, colon, number = text.strip().partition(":")
    if not colon:
        return unified_code(scheme)
    read = _SCHEMES.get(scheme)
    if read is None:
        raise CodeError(
            "code_scheme_unknown",
            zh="编码应以 uscc:、reg: 或 own: 开头，或为18位统一社会信用代码。",
            en="A code begins with uscc:, reg: or own:, or is a unified code of 18 characters.",
        )
    return read(number)


def unified_code(text: str) -> PublicKey:
    """A unified social credit code (GB 32100-2015), with the organisation code inside it (GB 11714).

    Raises:
        CodeError: ``uscc_length``, ``uscc_alphabet``.
    """
    number = text.strip().upper()
    if len(number) != _USCC_LENGTH:
        raise CodeError(
            "uscc_length",
            zh=f"统一社会信用代码应为18位，此处为{len(number)}位。",
            en=f"A unified code has 18 characters; this has {len(number)}.",
        )
    if _USCC.fullmatch(number) is None:
        raise CodeError(
            "uscc_alphabet",
            zh="统一社会信用代码含有不允许的字符：不用 I、O、S、V、Z，第1位为1-9、A、N、Y，第3至8位为数字。",
            en="The unified code has a character that its place does not allow: never I, O, S, V, Z; "
            "the first is 1-9, A, N or Y; the third to eighth are digits.",
        )
    verified = number[17] == unified_check(number[:17]) and number[16] == organisation_check(number[8:16])
    return PublicKey("uscc", number, verified)


def registration_number(text: str) -> PublicKey:
    """A registration number: 12 to 15 digits, the form of 15 with a check digit (ISO 7064, MOD 11,10).

    Raises:
        CodeError: ``registration_number_form``.
    """
    number = text.strip()
    if _REGISTRATION.fullmatch(number) is None:
        raise CodeError(
            "registration_number_form",
            zh="注册号应为12至15位数字。",
            en="A registration number has 12 to 15 digits.",
        )
    verified = len(number) != _REGISTRATION_WITH_CHECK or registration_check(number[:14]) == number[14]
    return PublicKey("reg", number, verified)


def own_number(text: str) -> PublicKey:
    """A number of the authority's own: letters, digits, ``.``, ``_``, ``-``; at most 64, case kept.

    Raises:
        CodeError: ``own_number_form``.
    """
    number = text.strip()
    if _OWN.fullmatch(number) is None:
        raise CodeError(
            "own_number_form",
            zh="自编号由字母、数字及“.”“_”“-”组成，以字母或数字开头，最长64位。",
            en="An own number has letters, digits, '.', '_' and '-', begins with a letter or digit, at most 64.",
        )
    return PublicKey("own", number, verified=True)


def unified_check(first17: str) -> str:
    """The 18th character: (31 − Σ value · 3^(place − 1)) mod 31. The remainder 0 gives ``0``."""
    return USCC_ALPHABET[-sum(map(mul, map(_VALUE.__getitem__, first17), _USCC_WEIGHTS)) % 31]


def organisation_check(first8: str) -> str:
    """The check character of an organisation code: 11 − Σ mod 11, where 10 is written ``X`` and 11 is ``0``."""
    values = map(_ORGANISATION_VALUE.__getitem__, first8)
    return "0123456789X"[-sum(map(mul, values, _ORGANISATION_WEIGHTS)) % 11]


def registration_check(first14: str) -> str:
    """The 15th digit of a registration number, by ISO 7064 MOD 11,10."""
    rest = 10
    for digit in first14:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return str((11 - rest) % 10)


_SCHEMES = {"uscc": unified_code, "reg": registration_number, "own": own_number}
