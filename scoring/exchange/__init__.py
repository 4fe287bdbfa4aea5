"""Evidence and ratings as lines of JSON: what ``python -m scoring`` makes of the bytes that it reads and writes."""
