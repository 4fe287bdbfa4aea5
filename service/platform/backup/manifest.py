"""What a backup says of itself: readable without a key, and authenticated by it."""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from scoring.kernel.nesting import is_deeper
from service.platform.backup.errors import BackupError
from service.platform.backup.sealing import Sealed, broken, derived, key_name

if TYPE_CHECKING:
    from collections.abc import Sequence

FORM: Final = "xinjian/backup/1"
MANIFEST: Final = "manifest.json"
_DEEPEST: Final = 10


class BackupKeys:
    """Keys of 32 bytes: the first seals, every one opens."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise BackupError(
                zh="没有备份密钥。请设置 BACKUP_KEY_FILE（openssl rand -hex 32 >backup.key），并另处保存。",
                en="There is no key of backups. Set BACKUP_KEY_FILE (openssl rand -hex 32 >backup.key), and keep a "
                "copy of it elsewhere.",
            )
        self.first = keys[0]
        self._keys = {key_name(key): key for key in keys}

    def named(self, name: bytes, place: str) -> bytes:
        """The key of a name.

        Raises:
            BackupError: it is not among ours.
        """
        if name not in self._keys:
            raise BackupError(
                zh=f"{place} 是用另一把密钥（{name.hex()}）加密的。请把当时的密钥也写入 BACKUP_KEY。",
                en=f"{place} was sealed with another key ({name.hex()}). Give the key of that time in BACKUP_KEY, too.",
            )
        return self._keys[name]


@dataclass(frozen=True, slots=True)
class LedgerMark:
    """Where the ledger stood when the backup began: its length, the hash at its end, the newest checkpoint's note."""

    position: int
    head: str
    checkpoint: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A whole backup. Positions in the log are numbers of bytes, instants are the server's; sizes are in bytes.

    ``start``, ``end``: what of the log the backup itself contains; ``ended_at``: the first instant it restores to.
    ``database``, ``owner``: what is to be opened in it, and as whom; ``segment``: the size of a file of the log.
    """

    name: str
    program: str
    schema: str
    postgresql: str
    major: int
    system: str
    timeline: int
    segment: int
    start: int
    end: int
    started_at: datetime
    ended_at: datetime
    database: str
    owner: str
    ledger: LedgerMark
    pieces: tuple[tuple[str, Sealed], ...] = ()

    def written(self, keys: BackupKeys) -> bytes:
        """The manifest as a file, with its seal."""
        said = {
            "form": FORM,
            **asdict(self),
            "started_at": self.started_at.isoformat(),
            "ended_at": self.ended_at.isoformat(),
            "pieces": [{"name": name, **piece._asdict()} for name, piece in self.pieces],
            "key": key_name(keys.first).hex(),
        }
        said["seal"] = _seal(keys.first, said)
        return json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"


def read_manifest(content: bytes, keys: BackupKeys, place: str) -> Manifest:
    """A manifest out of its file.

    Raises:
        BackupError: it was changed, its key is not among ours, or it is of a form that this program does not know.
    """
    said = _parsed(content, place)
    if said.get("form") != FORM:
        raise BackupError(
            zh=f"{place} 的格式 {said.get('form')} 本程序不认识。请用写出它的版本（{said.get('program')}）恢复。",
            en=f"{place} has the form {said.get('form')}, which this program does not know. Restore it by the version "
            f"that wrote it ({said.get('program')}).",
        )
    try:
        key = keys.named(bytes.fromhex(said["key"]), place)
        if not hmac.compare_digest(said.pop("seal"), _seal(key, said)):
            raise broken(place)
        del said["form"], said["key"]
        said["ledger"] = LedgerMark(**said["ledger"])
        said["pieces"] = tuple((one.pop("name"), Sealed(**one)) for one in said["pieces"])
        instants = {name: datetime.fromisoformat(said[name]) for name in ("started_at", "ended_at")}
        return Manifest(**{**said, **instants})
    except (KeyError, TypeError, ValueError) as error:
        raise broken(place) from error


def _parsed(content: bytes, place: str) -> dict[str, Any]:
    try:
        text = content.decode()
        said = None if is_deeper(text, _DEEPEST) else json.loads(text)
    except ValueError as error:
        raise broken(place) from error
    if not isinstance(said, dict):
        raise broken(place)
    return said


def _seal(key: bytes, said: dict[str, Any]) -> str:
    content = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return hmac.new(derived(key, b"", "manifest"), content, sha256).hexdigest()
