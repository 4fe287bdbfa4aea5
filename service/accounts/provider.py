"""The identity provider (OpenID Connect Core 1.0): what is asked of it, and which of its answers is believed.

Code flow with PKCE. Of its word nothing is believed but who somebody is: issuer and subject; roles are ours.
"""

from __future__ import annotations

import ssl
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import cache
from hmac import compare_digest, digest
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

import httpx2
import structlog
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError, UnsupportedAlgorithmError
from joserfc.jwk import KeySet

from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from service.platform import IdentityProvider

log = structlog.get_logger(__name__)

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""That may sign an ID token: of public keys alone. `none`, and secrets that both sides know, are not among them."""
LEEWAY: Final = 60
"""Seconds by which the provider's clock may differ from ours."""
_ERRORS: Final = frozenset(
    (
        *("access_denied", "account_selection_required", "consent_required", "interaction_required", "login_required"),
        *("invalid_client", "invalid_grant", "invalid_request", "invalid_request_object", "invalid_request_uri"),
        *("invalid_scope", "registration_not_supported", "request_not_supported", "request_uri_not_supported"),
        *("server_error", "temporarily_unavailable", "unauthorized_client", "unsupported_grant_type"),
        "unsupported_response_type",
    )
)
"""Codes of OAuth 2.0 (RFC 6749, 4.1.2.1, 5.2) and OpenID Connect Core 1.0 (3.1.2.6)."""
_TIMEOUT: Final = httpx2.Timeout(5, connect=3)


@dataclass(frozen=True, slots=True)
class Trip:
    """One way to the provider and back, by one browser: all that must return unchanged comes of the browser's secret.

    So nothing is kept here for those who never come back, and what another browser brings back is of another secret.
    """

    secret: str

    @property
    def state(self) -> str:
        """Comes back with the answer: who did not set out from this browser is refused."""
        return self._of("state")

    @property
    def nonce(self) -> str:
        """Comes back within the ID token: it was issued for this trip."""
        return self._of("nonce")

    @property
    def verifier(self) -> str:
        """Proves that who fetches the token is who set out (RFC 7636)."""
        return self._of("verifier")

    def _of(self, purpose: str) -> str:
        return urlsafe_b64encode(digest(self.secret.encode(), purpose.encode(), "sha256")).rstrip(b"=").decode()


class Provider:
    """The provider that the settings name. It alone is called: redirects are not followed, nor proxies asked."""

    def __init__(self, configured: IdentityProvider) -> None:
        self._configured = configured
        self._trust: ssl.SSLContext | bool = True
        if configured.ca is not None:
            self._trust = ssl.create_default_context()
            self._trust.load_verify_locations(cadata=configured.ca)

    @property
    def issuer(self) -> str:
        """The provider's name for itself, as the settings write it."""
        return self._configured.issuer

    def way_there(self, trip: Trip, redirect_uri: str) -> str:
        """The address to which the browser goes.

        Raises:
            Problem: `provider_unreachable`, `provider_unfit`.
        """
        with self._client(redirect_uri) as client:
            address, _ = client.create_authorization_url(
                self._document(client)["authorization_endpoint"],
                state=trip.state,
                nonce=trip.nonce,
                code_verifier=trip.verifier,
            )
        return str(address)

    def subject(self, trip: Trip, redirect_uri: str, answer: Mapping[str, str], now: datetime) -> str:
        """Who the provider says has come back: the `sub` of an ID token that holds. ``answer``: the return's query.

        Raises:
            Problem: `trip_unknown`, `provider_refused`, `identity_token_refused`, `identity_token_expired`,
                `provider_unreachable`, `provider_unfit`.
        """
        if not compare_digest(answer.get("state", "").encode(), trip.state.encode()):
            raise Problem("trip_unknown")
        if answer.get("iss", self.issuer) != self.issuer:
            raise _disbelieved("iss")
        if "code" not in answer:
            log.warning("provider_refused", error=_known(answer.get("error", "")))
            raise Problem("provider_refused")
        with self._client(redirect_uri) as client:
            document = self._document(client)
            if document.get("authorization_response_iss_parameter_supported") and "iss" not in answer:
                raise _disbelieved("iss")
            token = self._fetched(client, document["token_endpoint"], answer["code"], trip)
            keys = self._read(client, document["jwks_uri"])
        return self._believed(token, keys, trip, now)

    def way_out(self, back: str) -> str | None:
        """Where the browser ends its session with the provider, to come ``back``; None where there is no such place.

        Raises:
            Problem: `provider_unreachable`, `provider_unfit`.
        """
        with self._client(back) as client:
            place = self._document(client).get("end_session_endpoint")
        if place is None:
            return None
        asked = urlencode({"client_id": self._configured.client_id, "post_logout_redirect_uri": back})
        return f"{place}{'&' if '?' in place else '?'}{asked}"

    def _client(self, redirect_uri: str) -> OAuth2Client:
        return OAuth2Client(
            self._configured.client_id,
            self._configured.client_secret,
            scope="openid",
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            verify=self._trust,
            timeout=_TIMEOUT,
            trust_env=False,
            follow_redirects=False,
        )

    def _document(self, client: OAuth2Client) -> dict[str, Any]:
        """The provider's description of itself (Discovery 1.0), which must be of this issuer, and lead nowhere else."""
        found = self._read(client, f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self.issuer:
            raise _unfit("issuer")
        own = urlsplit(self.issuer)
        for name in ("token_endpoint", "jwks_uri"):
            if _origin(found, name) != (own.scheme, own.netloc):
                raise _unfit(name)
        for name in ("authorization_endpoint", "end_session_endpoint"):
            if name in (*found, "authorization_endpoint") and _origin(found, name)[0] != own.scheme:
                raise _unfit(name)
        return found

    def _read(self, client: OAuth2Client, address: str) -> dict[str, Any]:
        try:
            answer = client.get(address, auth=None, headers={"Accept": "application/json"})
            answer.raise_for_status()
            found = answer.json()
        except httpx2.HTTPError as error:
            raise _unreachable(error) from error
        except ValueError as error:
            raise _unfit("JSON") from error
        if not isinstance(found, dict) or answer.status_code != httpx2.codes.OK:
            raise _unfit("JSON")
        return found

    def _fetched(self, client: OAuth2Client, address: str, code: str, trip: Trip) -> dict[str, Any]:
        try:
            found = client.fetch_token(address, grant_type="authorization_code", code=code, code_verifier=trip.verifier)
        except OAuthError as error:
            log.warning("provider_refused", error=_known(str(error.error)))
            raise Problem("provider_refused") from error
        except httpx2.HTTPError as error:
            raise _unreachable(error) from error
        except ValueError as error:
            raise _unfit("JSON") from error
        return dict(found)

    def _believed(self, token: dict[str, Any], keys: dict[str, Any], trip: Trip, now: datetime) -> str:
        own = self._configured.client_id
        wanted = {"iss": self.issuer, "aud": own}
        try:
            read = jwt.decode(str(token.get("id_token")), KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type] # a set as JSON writes it
            claims = CodeIDToken(
                read.claims,
                read.header,
                options={name: {"essential": True, "value": value} for name, value in wanted.items()},
                params={"nonce": trip.nonce, "client_id": own, "access_token": token.get("access_token")},
            )
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
        except ExpiredTokenError as error:
            log.warning("identity_token_expired")
            raise Problem("identity_token_expired") from error
        except ClaimError as error:
            raise _disbelieved(error.claim) from error
        except UnsupportedAlgorithmError as error:
            raise _disbelieved("alg") from error
        except (JoseError, ValueError) as error:
            raise _disbelieved("signature") from error
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise _disbelieved("sub")
        return str(claims["sub"])


@cache
def provider_of(configured: IdentityProvider) -> Provider:
    """The provider of these settings, one for each process."""
    return Provider(configured)


def _origin(document: Mapping[str, Any], name: str) -> tuple[str, str]:
    """Scheme and host of an address in a provider's description of itself.

    Raises:
        Problem: `provider_unfit`: it is no address.
    """
    try:
        parts = urlsplit(str(document.get(name)))
    except ValueError as error:
        raise _unfit(name) from error
    return parts.scheme, parts.netloc


def _disbelieved(claim: str) -> Problem:
    log.warning("identity_token_refused", claim=claim)
    return Problem("identity_token_refused", claim=claim)


def _unfit(what: str) -> Problem:
    log.warning("provider_unfit", what=what)
    return Problem("provider_unfit", what=what)


def _unreachable(error: Exception) -> Problem:
    log.warning("provider_unreachable", error=type(error).__name__)
    return Problem("provider_unreachable")


def _known(code: str) -> str:
    """The code of an error as the standards name it; anything else came from whoever made the address up."""
    return code if code in _ERRORS else "other"
