"""Notices to entities: written from templates, never changed, and whether they were served."""

from service.notices.written.following import follow_outbox

__all__ = ["follow_outbox"]
