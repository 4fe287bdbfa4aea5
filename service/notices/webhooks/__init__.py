"""Webhooks: who is told what, and every attempt to tell it."""

from service.notices.webhooks.delivering import Courier
from service.notices.webhooks.networks import Networks
from service.notices.webhooks.queries import figures

__all__ = ["Courier", "Networks", "figures"]
