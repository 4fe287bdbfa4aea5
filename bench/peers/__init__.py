"""The same work done by others: each peer is a function without arguments that returns totals and grades by entity."""
