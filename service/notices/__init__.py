"""Notices: webhooks to partners and notices to entities, out of the outbox."""
