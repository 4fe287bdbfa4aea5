"""What a caller of the verifier may bring from outside the file, as the command line takes it (protocol, section 9)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from scoring.kernel.errors import LawError
from scoring.sampling.verify import DocumentError, Outside, read_transcript

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OPTIONS: Final[Mapping[str, tuple[str, str, bool]]] = {
    "commitment": ("HEX", "the commitment's digest as published", False),
    "head": ("HEX@TIME", "a head of the register and the second at which you noted it; 40 digits or more", False),
    "beacon": ("VALUE", "the beacon's signature, or numbers with commas, as you fetched it; again for more", True),
    "primary": ("ROUND:SIGNATURE", "the value of a source that the file calls absent", False),
    "previous": (
        "FILE",
        "the transcript of the draw before; a certificate of it if it was void before its instant",
        False,
    ),
    "snapshot": ("FILE", "the source list, one code a line; again for more", True),
    "now": ("T", "the time, Unix seconds", False),
}
"""Option: what it takes, what it is, and whether it may be given again."""

_FORMS: Final = {
    "commitment": re.compile("[0-9a-f]{64}"),
    "head": re.compile("([0-9a-f]{40,64})@([0-9]{1,15})"),
    "beacon": re.compile("[0-9a-f]{96}|-?[0-9]{1,13}(?:,-?[0-9]{1,13})*"),
    "primary": re.compile("([0-9]{1,15}):([0-9a-f]{96})"),
    "now": re.compile("[0-9]{1,15}"),
}


def outside_of(given: Mapping[str, Any], bytes_of: Callable[[str], bytes]) -> Outside:
    """The options given, each a text or a list of texts, absent or None where it is not; ``bytes_of`` reads a file.

    Raises:
        LawError: ``option_malformed``, ``previous_refused``; whatever ``bytes_of`` raises.
    """
    found = {name: _read(name, given[name]) for name in _FORMS if name != "beacon" and given.get(name)}
    for value in given.get("beacon") or ():
        _read("beacon", value)
    head, primary = found.get("head"), found.get("primary")
    return Outside(
        commitment=given.get("commitment") or "",
        head=(head[1], int(head[2])) if head else None,
        beacon=tuple(given.get("beacon") or ()),
        primary=(int(primary[1]), primary[2]) if primary else None,
        previous=_previous(given["previous"], bytes_of) if given.get("previous") else None,
        snapshots=tuple(map(bytes_of, given.get("snapshot") or ())),
        now=int(given["now"]) if given.get("now") else None,
    )


def _read(name: str, value: str) -> re.Match[str]:
    found = _FORMS[name].fullmatch(value)
    if found is None:
        raise LawError(
            "option_malformed",
            zh=f"--{name} 应为 {OPTIONS[name][0]}（小写十六进制），现为 {value:.40}",
            en=f"--{name} must be {OPTIONS[name][0]} (hex in lower case), not {value:.40}",
        )
    return found


def _previous(file: str, bytes_of: Callable[[str], bytes]) -> dict[str, Any]:
    try:
        document = read_transcript(bytes_of(file))
    except DocumentError as refused:
        raise LawError(
            "previous_refused",
            zh=f"上一次抽取的文件 {file} 不合格式（{refused.code} {refused.pointer}），请核对",
            en=f"the file of the draw before, {file}, is refused ({refused.code} {refused.pointer}): check it",
        ) from refused
    return document
