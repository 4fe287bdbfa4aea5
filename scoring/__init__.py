"""The law, pure: what goes in decides what comes out."""
