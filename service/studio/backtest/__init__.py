"""Whether a rating predicts what random visits find."""
