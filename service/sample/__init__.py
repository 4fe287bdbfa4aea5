"""An invented city to try the system on: the same seed, size and last day always give the same files."""

from service.sample.city import City, Written, write

__all__ = ["City", "Written", "write"]
