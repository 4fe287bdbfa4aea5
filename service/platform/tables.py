"""Tables of the platform: the ledger, the outbox, re-rate marks and what requests leave behind."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Sequence,
    SmallInteger,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Declarative base of every room; the naming convention keeps migrations and models in step."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a class attribute
        int: BigInteger,
        str: Text,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        bytes: LargeBinary,
        tuple[str, ...]: ARRAY(Text),
    }


audit_block = Sequence("audit_block", metadata=Base.metadata)


class Audit(Base):
    """One row for every write: who, when, what, to what. Insert-only."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recorded_at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[str]
    role: Mapped[str]
    authority: Mapped[str | None]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]]
    request_id: Mapped[str | None]
    __table_args__ = (Index(None, "subject", "id"), Index(None, "recorded_at"))


class Override(Base):
    """What a person decided in place of the rule: who, when, why, about what of whose. Insert-only.

    `person`: `kind:id` of who decided; `proposed_by`: who asked for it, as the room names people.
    """

    __tablename__ = "override"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    kind: Mapped[str]
    authority: Mapped[str]
    subject: Mapped[str]
    person: Mapped[str]
    role: Mapped[str]
    staff_code: Mapped[str | None]
    proposed_by: Mapped[str | None]
    reason: Mapped[str]
    taken_at: Mapped[datetime]
    audit_id: Mapped[int]
    __table_args__ = (Index(None, "taken_at"), Index(None, "authority", "taken_at"))


class AuditUnsealed(Base):
    """Audit rows that the sealer has not taken yet; a trigger fills it, the sealer empties it."""

    __tablename__ = "audit_unsealed"

    audit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


class LedgerSeal(Base):
    """The hash chain over audit rows. `seq` has no gaps and is the position that `known_at` resolves to."""

    __tablename__ = "ledger_seal"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    audit_id: Mapped[int] = mapped_column(unique=True)
    hash: Mapped[bytes]
    sealed_at: Mapped[datetime]
    __table_args__ = (Index(None, "sealed_at", "seq"),)


class LedgerTile(Base):
    """Hashes of the complete subtrees of 256 to the power of `level` sealed entries, numbered from 0. Insert-only."""

    __tablename__ = "ledger_tile"

    level: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes]


class LedgerCheckpoint(Base):
    """Signed statements of how long the ledger is and of the root of its tree. Insert-only."""

    __tablename__ = "ledger_checkpoint"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int]
    root: Mapped[bytes]
    note: Mapped[str]
    made_at: Mapped[datetime]
    __table_args__ = (Index(None, "size"),)


class LedgerKey(Base):
    """Public keys that signed a checkpoint, since when. Insert-only."""

    __tablename__ = "ledger_key"

    key: Mapped[str] = mapped_column(primary_key=True)
    first_used_at: Mapped[datetime]


class LedgerHorizon(Base):
    """One row: the instant up to which the ledger is complete. Every row sealed later bears a later `sealed_at`."""

    __tablename__ = "ledger_horizon"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    sealed_through: Mapped[datetime]


class LedgerChecked(Base):
    """One row: when the chain was recomputed last, up to which position, and whether it was intact."""

    __tablename__ = "ledger_checked"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    checked_at: Mapped[datetime]
    position: Mapped[int]
    intact: Mapped[bool]


class BackupVerified(Base):
    """One row: when backups were verified last, and until when they restore."""

    __tablename__ = "backup_verified"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    verified_at: Mapped[datetime]
    restores_until: Mapped[datetime]


class Outbox(Base):
    """What higher rooms and partners must learn. Insert-only; consumers note what they did in `outbox_done`."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    topic: Mapped[str]
    subject: Mapped[str]
    payload: Mapped[dict[str, Any]]
    recorded_at: Mapped[datetime]
    __table_args__ = (Index(None, "topic", "id"),)


class OutboxDone(Base):
    """Written by a consumer in the transaction of its effect, never before."""

    __tablename__ = "outbox_done"

    consumer: Mapped[str] = mapped_column(primary_key=True)
    outbox_id: Mapped[int] = mapped_column(primary_key=True)


class RerateMark(Base):
    """The wish that an entity be rated again. Writers insert, the drain deletes; no foreign key on purpose."""

    __tablename__ = "rerate_mark"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    subject: Mapped[int] = mapped_column(index=True)
    reason: Mapped[str]
    marked_at: Mapped[datetime] = mapped_column(server_default=func.now())


class IdempotencyKey(Base):
    """The answer once given to a keyed request; `status` is null while it is in progress.

    `committed` is set in the transaction of the effect, so that a crash before the answer was kept is told apart.
    """

    __tablename__ = "idempotency_key"

    owner: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    body_hash: Mapped[bytes]
    committed: Mapped[bool]
    status: Mapped[int | None] = mapped_column(SmallInteger)
    headers: Mapped[dict[str, Any] | None]
    body: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(index=True)


class Counter(Base):
    """Numbers without gaps: the row is locked, raised by one, and rolled back with its transaction."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(server_default=text("0"))


class QueryLog(Base):
    """Who asked what, for which purpose."""

    __tablename__ = "query_log"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    actor_kind: Mapped[str]
    actor_id: Mapped[str]
    purpose: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]]
    request_id: Mapped[str | None]
    __table_args__ = (Index(None, "subject", "id"),)


class StoredFile(Base):
    """A file as it was received, once for each digest. Insert-only."""

    __tablename__ = "stored_file"

    sha256: Mapped[bytes] = mapped_column(primary_key=True)
    size: Mapped[int]
    media_type: Mapped[str]
    bytes: Mapped[bytes]
    kept_at: Mapped[datetime]
