"""What an entity sees and does about itself, signed in by a code that it was given."""

from service.portal.my import cases, filing, notices, overview, replies
from service.portal.my.blueprint import blueprint

__all__ = ["blueprint", "cases", "filing", "notices", "overview", "replies"]
