"""Draws on a real database, step by step, and what follows them."""
