"""Evidence: occasions, events, cases and the acts that correct, annul or repair them."""
