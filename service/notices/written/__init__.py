"""Notices to entities: written from templates, never changed, and whether they were served."""

from service.notices.written.following import figures, follow_outbox
from service.notices.written.serving import readable_notices

__all__ = ["figures", "follow_outbox", "readable_notices"]
