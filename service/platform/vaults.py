"""Secrets at rest under another key: what each room keeps encrypted, under which key, brought under the first one.

A run that is cut off loses nothing: each batch is a transaction, and the next run finds the rest (ADR 29).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import text

from service.platform.encryption import decrypt, encrypt, key_names, key_of
from service.platform.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy.orm import Session

    from service.platform.actor import Actor
    from service.platform.database import Database
    from service.platform.unit_of_work import UnitOfWork

CLEAR: Final = "clear"
"""In place of a key's name: stored before secrets were encrypted."""
BATCH: Final = 200
_MISSING: Final = "encryption_key_missing"
_LOCK: Final = 7_346_628
_TURN: Final = text("SELECT pg_advisory_xact_lock(:key)")


class Kept(NamedTuple):
    """One secret: for which purpose it was encrypted, and its ciphertexts, the newest first. `clear`: it is none."""

    purpose: str
    stored: tuple[bytes, ...]
    clear: bool = False


class KeptRow(NamedTuple):
    """What is replaced together: `place` orders rows, `name` is told to people."""

    place: int | str
    name: str
    secrets: tuple[Kept, ...]


class Vault(NamedTuple):
    """Where a room keeps secrets.

    `rows` gives those after a place (None: from the first), at most so many, in the order of their places. `replace`
    stores other ciphertexts, one for each secret of a row, under an audit number; False where the row has changed
    meanwhile.
    """

    kind: str
    rows: Callable[[Session, int | str | None, int], Sequence[KeptRow]]
    replace: Callable[[UnitOfWork, KeptRow, Sequence[bytes], int], bool]


class Opened(NamedTuple):
    """A secret as it was found: under which key, what it is (None: it does not open), and the problem's code."""

    key: str
    content: bytes | None
    code: str | None = None

    def is_due(self, first: str) -> bool:
        """Whether it is to be brought under the first key, and can be."""
        return self.content is not None and self.key != first


class Fault(NamedTuple):
    """A secret that does not open: of which vault and row, the key that it names, and the problem's code."""

    kind: str
    name: str
    key: str
    code: str


@dataclass(slots=True)
class Stock:
    """How many secrets of which kind are under which key, what was brought under the first, and what does not open."""

    under: Counter[tuple[str, str]] = field(default_factory=Counter)
    moved: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    def named(self) -> tuple[str, ...]:
        """The keys that this process has, the first one first, then those that secrets name besides."""
        return tuple(dict.fromkeys([*key_names(), *sorted({key for key, _kind in self.under})]))

    def unused(self) -> tuple[str, ...]:
        """Older keys of this process under which nothing is any more."""
        used = {key for key, _kind in self.under}
        return tuple(key for key in key_names()[1:] if key not in used)


def decrypt_newest(kept: Kept) -> bytes:
    """A secret out of the newest of its ciphertexts whose key this process has.

    Raises:
        Problem: ``encryption_key_missing``: of none; ``ciphertext_broken``: that one was changed or moved.
    """
    found = _opened(kept)
    if found.content is None and found.code == _MISSING:
        raise Problem(_MISSING)
    if found.content is None:
        raise Problem("ciphertext_broken", purpose=kept.purpose)
    return found.content


def taken_stock(session: Session, vaults: Sequence[Vault]) -> Stock:
    """What all vaults hold; every secret is opened, none is told."""
    stock = Stock()
    for vault in vaults:
        for rows in _pages(session, vault):
            for row in rows:
                _count(stock, vault.kind, row, [_opened(kept) for kept in row.secrets])
    return stock


def rotate(database: Database, actor: Actor, vaults: Sequence[Vault], *, batch: int = BATCH) -> Stock:
    """Bring every secret that opens under the first key, batch by batch; what is there after that.

    Each batch leaves a row in the ledger: how many of which kind, from under which key to which. Two at once take
    turns.

    Raises:
        Problem: ``encryption_key_missing``: this process has no key.
    """
    if not key_names():
        raise Problem(_MISSING)
    moved: Counter[tuple[str, str]] = Counter()
    for vault in vaults:
        place: int | str | None = None
        while True:
            with database.unit_of_work(actor) as uow:
                uow.session.execute(_TURN, {"key": _LOCK})
                rows = vault.rows(uow.session, place, batch)
                moved += _replaced(uow, vault, rows)
            if len(rows) < batch:
                break
            place = rows[-1].place
    with database.reader() as session:
        stock = taken_stock(session, vaults)
    stock.moved = moved
    return stock


def _replaced(uow: UnitOfWork, vault: Vault, rows: Sequence[KeptRow]) -> Counter[tuple[str, str]]:
    first = key_names()[0]
    moved: Counter[tuple[str, str]] = Counter()
    found = [(row, [_opened(kept) for kept in row.secrets]) for row in rows]
    due = [(row, opened) for row, opened in found if any(one.is_due(first) for one in opened)]
    if not due:
        return moved
    number = uow.next_audit_id()
    for row, opened in due:
        fresh = [_again(kept, one, first) for kept, one in zip(row.secrets, opened, strict=True)]
        if vault.replace(uow, row, fresh, number):
            moved.update((one.key, vault.kind) for one in opened if one.is_due(first))
    if not moved:
        uow.abandon()
        return moved
    before = {key: count for (key, _kind), count in sorted(moved.items())}
    detail = {"kind": vault.kind, "count": moved.total(), "from": before}
    uow.audit("platform.secrets_encrypted_again", f"encryption-key:{first}", detail, number=number)
    return moved


def _again(kept: Kept, opened: Opened, first: str) -> bytes:
    """Under the first key; what does not open stays as it is, beside what does."""
    return encrypt(opened.content or b"", kept.purpose) if opened.is_due(first) else kept.stored[0]


def _opened(kept: Kept) -> Opened:
    if kept.clear:
        return Opened(CLEAR, kept.stored[0])
    for stored in kept.stored:
        try:
            return Opened(key_of(stored) or "", decrypt(stored, kept.purpose))
        except Problem as problem:
            if problem.code != _MISSING:
                return Opened(key_of(stored) or "", None, problem.code)
    return Opened(key_of(kept.stored[0]) or "", None, _MISSING)


def _count(stock: Stock, kind: str, row: KeptRow, found: Sequence[Opened]) -> None:
    stock.under.update((one.key, kind) for one in found)
    stock.faults += [Fault(kind, row.name, one.key, one.code) for one in found if one.code]


def _pages(session: Session, vault: Vault) -> Iterator[Sequence[KeptRow]]:
    place: int | str | None = None
    while rows := vault.rows(session, place, BATCH):
        yield rows
        place = rows[-1].place
