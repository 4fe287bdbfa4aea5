"""Tokens, accounts of people and the browsers signed in: of every secret only a digest is kept."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service.platform import Base


class ApiToken(Base):
    """One token. `hash` is SHA-256 of the whole token, which is random enough that a slow hash would add nothing."""

    __tablename__ = "api_token"

    id: Mapped[str] = mapped_column(primary_key=True)
    hash: Mapped[bytes] = mapped_column(unique=True)
    label: Mapped[str]
    role: Mapped[str]
    authority: Mapped[str | None]
    regions: Mapped[tuple[str, ...]]
    subject: Mapped[str | None]
    person: Mapped[str | None]
    sources: Mapped[tuple[str, ...]]
    places: Mapped[tuple[str, ...]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Account(Base):
    """A member of staff who signs in with a password; `person` is the staff code, as tokens name it.

    `failures`: wrong passwords and codes since it was signed in to; `locked_until`: none is looked at before.
    `locked_at`: since when an administrator keeps it closed.
    `must_change`: the password was given by another and opens nothing but the page to change it, until
    `password_until`; null, as before there was such a time: without end.
    """

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    authority: Mapped[str | None]
    regions: Mapped[tuple[str, ...]]
    person: Mapped[str | None] = mapped_column(index=True)
    password_hash: Mapped[str]
    must_change: Mapped[bool]
    password_until: Mapped[datetime | None]
    failures: Mapped[int]
    locked_until: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class VisitorCode(Base):
    """A code with which an entity enters the portal once. `hash`: Argon2id of it; `prefix`: its first half.

    `issued_by`: `kind:id` of who issued it; `notice`: which notice carries it, or `identified`: how a visitor at the
    counter showed who they are; `failures`: wrong codes with the same first half; `session`: the browser signed in.
    """

    __tablename__ = "visitor_code"

    id: Mapped[str] = mapped_column(primary_key=True)
    prefix: Mapped[str]
    hash: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    notice: Mapped[str | None]
    identified: Mapped[str | None]
    issued_by: Mapped[str]
    person: Mapped[str | None]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    failures: Mapped[int]
    used_at: Mapped[datetime | None]
    session: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_visitor_code_session", "session", postgresql_where=text("session IS NOT NULL")),
        CheckConstraint("notice IS NOT NULL OR identified IS NOT NULL", name="why"),
        Index(
            "uq_visitor_code_prefix",
            "prefix",
            unique=True,
            postgresql_where=text("used_at IS NULL AND ended_at IS NULL"),
        ),
    )


class VisitorTry(Base):
    """A code that was tried from an address and opened nothing, for as long as it is counted."""

    __tablename__ = "visitor_try"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    address: Mapped[str] = mapped_column(index=True)
    tried_at: Mapped[datetime]


class BrowserSession(Base):
    """A browser signed in to one face: for an account, or for the entity `subject`. `hash`: SHA-256 of its secret.

    `means`: `local` (a password of ours) or `provider`, by which it was. `other_…`: the last use by a browser that
    calls itself otherwise, or from another address, than at signing in: its owner on the way, or who has the secret.
    """

    __tablename__ = "browser_session"
    __table_args__ = (CheckConstraint("(account_id IS NULL) <> (subject IS NULL)", name="whose"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    hash: Mapped[bytes] = mapped_column(unique=True)
    face: Mapped[str]
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    subject: Mapped[str | None]
    means: Mapped[str]
    agent: Mapped[str]
    address: Mapped[str]
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    other_agent: Mapped[str | None]
    other_address: Mapped[str | None]
    other_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class BegunSignIn(Base):
    """A browser half signed in: of its account the first factor was right and the second is owed. It opens nothing."""

    __tablename__ = "begun_sign_in"

    hash: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    means: Mapped[str]
    began_at: Mapped[datetime]


class SecondFactor(Base):
    """The second factor of an account: the secret of time codes (RFC 6238), encrypted; it counts once confirmed.

    `last_step`: the step of half a minute whose code was accepted last, so that no code is accepted twice.
    """

    __tablename__ = "second_factor"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    secret: Mapped[bytes]
    begun_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int]


class RecoveryCode(Base):
    """A code that stands in once for the second factor; only its digest is kept."""

    __tablename__ = "recovery_code"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    hash: Mapped[bytes] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None]


class LinkedIdentity(Base):
    """Whom an identity provider calls `subject`, who may sign in to an account; one of each issuer for an account."""

    __tablename__ = "linked_identity"
    __table_args__ = (UniqueConstraint("account_id", "issuer"),)

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    linked_at: Mapped[datetime]
