"""Webhooks: who is told what, and every attempt to tell it.

What sends is in ``delivering``, which only the delivering process reads: its HTTP client is a tenth of all our modules.
"""

from service.notices.webhooks.networks import Networks
from service.notices.webhooks.queries import figures

__all__ = ["Networks", "figures"]
