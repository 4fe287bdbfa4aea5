"""Queued work, thin: every job calls one use case."""
