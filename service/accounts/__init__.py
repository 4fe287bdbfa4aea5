"""Tokens: who may call, with which role and scope."""

from service.accounts.queries import TokenAuthenticator, is_partner
from service.accounts.usecases import IssuedToken, covers, issue_token, named_places, revoke_token

__all__ = ["IssuedToken", "TokenAuthenticator", "covers", "is_partner", "issue_token", "named_places", "revoke_token"]
