"""Re-rating for an edition before its first day: what is staged, the switch at midnight, and folding into heads."""
