"""Hostile and accidental inputs for every parser and every route: run by ``make fuzz``, outside ``make test``."""
