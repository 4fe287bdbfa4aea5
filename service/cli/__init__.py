"""The program ``xinjian``: what an operator or a newcomer types."""

from service.cli.commands import main

__all__ = ["main"]
