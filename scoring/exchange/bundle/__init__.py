"""A rating bundle: one file from which a stranger works out a rating again (``docs/verify.md``)."""

from scoring.exchange.bundle.build import Asked, build_bundle
from scoring.exchange.bundle.verify import BundleReport, verify_bundle
from scoring.exchange.bundle.words import CODES
from scoring.exchange.recognise import TYPE, is_bundle
from scoring.kernel.verdicts import Said

__all__ = ["CODES", "TYPE", "Asked", "BundleReport", "Said", "build_bundle", "is_bundle", "verify_bundle"]
