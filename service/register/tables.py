"""Tables of the register: what supervises, what is supervised, and every version of it. Private to the room."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.platform import Base

SAMPLED = 251
"""One entity of so many stands in the index `ix_entity_sample`. A prime, so that no rhythm of a file's rows is sampled
instead of its entities."""


class Region(Base):
    """A division and the days [valid_from, valid_to) on which its code was valid (GB/T 2260; abroad ISO 3166-2).

    The migration excludes two overlapping spans of one code.
    """

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    valid_to: Mapped[date | None]
    names: Mapped[dict[str, Any]]
    parent: Mapped[str | None]
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_from < valid_to", "span"),
        Index(None, "parent"),
    )


class Authority(Base):
    """An authority that supervises, with the region it answers for and its time zone."""

    __tablename__ = "authority"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    names: Mapped[dict[str, Any]]
    region: Mapped[str]
    timezone: Mapped[str]
    parent: Mapped[str | None]


class SupervisionDomain(Base):
    """A field of supervision; an overall tier is formed within one."""

    __tablename__ = "supervision_domain"

    code: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[dict[str, Any]]


class EntityKind(Base):
    """A kind of entity (门类)."""

    __tablename__ = "entity_kind"

    code: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[dict[str, Any]]
    domain: Mapped[str] = mapped_column(ForeignKey("supervision_domain.code"))
    origin: Mapped[str]
    basis: Mapped[dict[str, Any] | None]
    __table_args__ = (CheckConstraint("origin IN ('official', 'derived')", "origin"),)


class Entity(Base):
    """An entity as it is now. `body` is the current version; the other columns are drawn from it to be found by."""

    __tablename__ = "entity"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    public_key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_key: Mapped[str]
    pinyin: Mapped[str]
    initials: Mapped[str]
    grams: Mapped[tuple[str, ...]]
    address_key: Mapped[str] = mapped_column(server_default="")
    address_grams: Mapped[tuple[str, ...]] = mapped_column(server_default="{}")
    authority_id: Mapped[int] = mapped_column(ForeignKey("authority.id"))
    region: Mapped[str]
    status: Mapped[str]
    unverified_code: Mapped[bool]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("entity.id"))
    natural_person: Mapped[bool]
    body: Mapped[dict[str, Any]]
    __table_args__ = (
        CheckConstraint("parent_id <> id", "own_parent"),
        Index(
            "ix_entity_found",
            "grams",
            "address_grams",
            text("jsonb_path_query_array(body, '$.kinds[*].kind')"),
            postgresql_using="gin",
        ),
        Index(None, "pinyin", "id"),
        Index("ix_entity_sample", "pinyin", "id", postgresql_where=text(f"id % {SAMPLED} = 0")),
        Index("ix_entity_public_key_prefix", "public_key", postgresql_ops={"public_key": "text_pattern_ops"}),
        Index("ix_entity_region_prefix", "region", postgresql_ops={"region": "text_pattern_ops"}),
        Index(None, "parent_id", postgresql_where=text("parent_id IS NOT NULL")),
        Index(None, "authority_id", "id"),
        Index(None, "name_key"),
        Index(None, "status", postgresql_where=text("status <> 'active'")),
    )


class EntityVersion(Base):
    """Every version that an entity ever had. Insert-only."""

    __tablename__ = "entity_version"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"))
    audit_id: Mapped[int]
    body: Mapped[dict[str, Any]]
    __table_args__ = (Index(None, "entity_id", "id"), Index(None, "audit_id"))


class UnreachableStep(Base):
    """One person's part in finding an entity unreachable: reported, confirmed, reviewed, or dismissed. Insert-only."""

    __tablename__ = "unreachable_step"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    report_id: Mapped[int]
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"))
    step: Mapped[str]
    person: Mapped[str]
    found_on: Mapped[date]
    evidence: Mapped[str]
    taken_at: Mapped[datetime]
    audit_id: Mapped[int]
    __table_args__ = (
        UniqueConstraint("report_id", "step"),
        UniqueConstraint("report_id", "person"),
        Index(None, "entity_id", "id"),
        CheckConstraint("step IN ('reported', 'confirmed', 'reviewed', 'dismissed')", "step"),
    )


class SameName(Base):
    """Two entities of one name: a proposal that a person decides. Nothing is ever merged."""

    __tablename__ = "same_name"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    entity_low: Mapped[int] = mapped_column(ForeignKey("entity.id"))
    entity_high: Mapped[int] = mapped_column(ForeignKey("entity.id"))
    audit_id: Mapped[int]
    decision: Mapped[str | None]
    reason: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("entity_low", "entity_high"),
        Index(None, "entity_high"),
        CheckConstraint("entity_low < entity_high", "order"),
        CheckConstraint("decision IN ('same', 'different')", "decision"),
    )


class SavedSearch(Base):
    """A search that somebody keeps under a name. ``owner``: `kind:id` of who does; ``authority``: whose it acted for.

    ``shared``: everybody who acts for that authority sees it. No evidence: its owner changes and deletes it.
    """

    __tablename__ = "saved_search"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    owner: Mapped[str]
    authority: Mapped[str | None]
    name: Mapped[str]
    query: Mapped[dict[str, Any]]
    shared: Mapped[bool]
    __table_args__ = (
        UniqueConstraint("owner", "name"),
        Index(None, "authority", postgresql_where=text("shared")),
    )


class EntityImport(Base):
    """One file that was read into the register, or tried. Insert-only."""

    __tablename__ = "entity_import"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    audit_id: Mapped[int]
    actor_kind: Mapped[str]
    actor_id: Mapped[str]
    authority: Mapped[str | None]
    started_at: Mapped[datetime]
    report: Mapped[dict[str, Any]]
    __table_args__ = (Index(None, "actor_kind", "actor_id", "id"),)


class EntityImportError(Base):
    """One thing wrong with one row of an imported file. Insert-only."""

    __tablename__ = "entity_import_error"

    import_id: Mapped[int] = mapped_column(ForeignKey("entity_import.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    row: Mapped[int]
    pointer: Mapped[str]
    code: Mapped[str]
    params: Mapped[dict[str, Any]]


class EntityImportRow(Base):
    """A refused row of an imported file as it was sent, cell by cell; row 0: the headings of a table. Insert-only."""

    __tablename__ = "entity_import_row"

    import_id: Mapped[int] = mapped_column(ForeignKey("entity_import.id"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    cells: Mapped[list[str]] = mapped_column(JSONB)


class InspectionItemVersion(Base):
    """Every version of an inspection item; one item may have several spans of validity. Insert-only."""

    __tablename__ = "inspection_item_version"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    code: Mapped[str]
    valid_from: Mapped[date]
    authority: Mapped[str]
    audit_id: Mapped[int]
    body: Mapped[dict[str, Any]]
    __table_args__ = (Index(None, "code", "valid_from", "id"), Index(None, "audit_id"))


class OwedItemVersion(Base):
    """Every version of an item that an authority owes to enter; one may have several spans. Insert-only."""

    __tablename__ = "owed_item_version"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    code: Mapped[str]
    valid_from: Mapped[date]
    authority: Mapped[str]
    audit_id: Mapped[int]
    body: Mapped[dict[str, Any]]
    __table_args__ = (Index(None, "code", "valid_from", "id"), Index(None, "audit_id"))


class InspectorVersion(Base):
    """Every version of an inspector's entry in the roster. Insert-only."""

    __tablename__ = "inspector_version"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    code: Mapped[str]
    authority: Mapped[str]
    audit_id: Mapped[int]
    body: Mapped[dict[str, Any]]
    __table_args__ = (Index(None, "code", "id"), Index(None, "authority"), Index(None, "audit_id"))
