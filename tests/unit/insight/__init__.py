"""The arithmetic of statistics."""
