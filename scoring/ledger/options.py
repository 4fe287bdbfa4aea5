"""What a caller of the verifier may bring to a ledger's proof, as the command line takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scoring.kernel.errors import LawError
from scoring.ledger.notes import LONGEST, Checkpoint, NoteError, keys_of, read_note
from scoring.ledger.verify import Held

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OPTIONS: Final[Mapping[str, tuple[str, str, bool]]] = {
    "key": ("KEY", "of a ledger: a key whose signatures you trust, as it was published to you; again for more", True),
    "checkpoint": ("FILE", "of a ledger: a checkpoint that you kept", False),
}
"""Option: what it takes, what it is, and whether it may be given again."""


def held_of(given: Mapping[str, Any], bytes_of: Callable[[str], bytes]) -> Held:
    """The options given; ``bytes_of`` reads a file.

    Raises:
        LawError: ``key_malformed``, ``checkpoint_malformed``; whatever ``bytes_of`` raises.
    """
    try:
        keys = keys_of(given.get("key") or ())
    except NoteError as error:
        raise LawError(
            "key_malformed",
            zh="--key 应为监管部门公布的账本公钥：名称+八位十六进制+Base64",
            en="--key must be a key of the ledger as it was published: NAME+8 hexadecimal digits+base64",
        ) from error
    return Held(keys, _kept(given["checkpoint"], bytes_of) if given.get("checkpoint") else None)


def _kept(file: str, bytes_of: Callable[[str], bytes]) -> Checkpoint:
    try:
        return read_note(bytes_of(file)[: 4 * LONGEST + 1].decode())
    except (NoteError, UnicodeDecodeError) as error:
        raise LawError(
            "checkpoint_malformed",
            zh=f"{file} 不是账本的检查点（签名便笺）：请给出您当时取得的原文件",
            en=f"{file} is no checkpoint of a ledger (a signed note): give the file as you fetched it",
        ) from error
