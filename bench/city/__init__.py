"""A stored sample city over embedded servers, the web server in front of it, and callers that keep it busy."""

from bench.city.callers import Call, answers, seconds_of
from bench.city.comparing import different_rows
from bench.city.servers import Web, web
from bench.city.stored import Stored, stored_city, two_drains

__all__ = ["Call", "Stored", "Web", "answers", "different_rows", "seconds_of", "stored_city", "two_drains", "web"]
