"""Rating one entity with its explanation, and all entities at once."""
