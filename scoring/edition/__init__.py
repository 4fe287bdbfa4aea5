"""A rulebook edition: its model, its parser from TOML and its lint."""
