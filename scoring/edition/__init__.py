"""A rulebook edition: its model, its parser from TOML and its lint."""

from scoring.edition.parse import parse

__all__ = ["parse"]
