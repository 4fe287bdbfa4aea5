"""A rulebook edition: its model, its parser from TOML and its lint."""

from scoring.edition.check import check, check_chain
from scoring.edition.parse import parse

__all__ = ["check", "check_chain", "parse"]
