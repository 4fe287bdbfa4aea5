"""Inspection plans: drafted, filled with tasks, weighed against what there is, approved by another, amended."""

from service.console.plans import acting, amending, reading, writing
from service.console.plans.blueprint import blueprint

__all__ = ["acting", "amending", "blueprint", "reading", "writing"]
