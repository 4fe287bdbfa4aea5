"""API tokens: only their digests are kept."""

from datetime import datetime

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
