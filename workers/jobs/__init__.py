"""The jobs, one short function each."""
