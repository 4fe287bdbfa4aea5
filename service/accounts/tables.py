"""Tokens, accounts of people and the browsers signed in: of every secret only a digest is kept."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
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

    `failures`: wrong passwords since the last right one; `locked_until`: no password is looked at before.
    `must_change`: the password was given by another and opens nothing but the page to change it.
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
    failures: Mapped[int]
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class BrowserSession(Base):
    """A browser signed in to one face: for an account, or for the entity `subject`. `hash`: SHA-256 of its secret."""

    __tablename__ = "browser_session"
    __table_args__ = (CheckConstraint("(account_id IS NULL) <> (subject IS NULL)", name="whose"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    hash: Mapped[bytes] = mapped_column(unique=True)
    face: Mapped[str]
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    subject: Mapped[str | None]
    agent: Mapped[str]
    address: Mapped[str]
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
