"""A rulebook edition: its model, its parser from TOML and its lint."""

from scoring.edition.check import check, check_chain
from scoring.edition.parse import id_of, parse
from scoring.edition.schema import schema, schema_text

__all__ = ["check", "check_chain", "id_of", "parse", "schema", "schema_text"]
