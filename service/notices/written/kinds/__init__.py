"""The kinds of notices, one file each; ``common.toml`` holds what they share."""
