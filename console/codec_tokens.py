"""Who has signed in to the Temporal UI: a bearer token of its OIDC provider, verified.

Which algorithms are believed stands here, never in a token: none of them is symmetric, so a public
key is no secret that a token could be signed with (RFC 8725, 3.1). No token is logged or repeated.
"""

import asyncio
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import jwt
from fastapi import Request
from jwt import PyJWK, PyJWKClient, PyJWKClientConnectionError, PyJWKClientError, PyJWTError

from console.codec_readers import Reader, ReaderRole
from console.codec_refusals import Refused, not_signed_in
from records.decodes import Outcome

ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
)
REQUIRED = ("exp", "iat", "aud", "iss", "sub")
CLOCKS_APART_SECONDS = 30
_FETCH_SECONDS = 5
_ASK_AGAIN_SECONDS = 5.0
"""Of the keys: whoever forges ids must not keep the provider busy."""
_LONGEST_NAME = 128

_SIGN_IN = "Sign in to the Temporal UI again."
_AWAY = Refused(503, Outcome.NO_SIGN_IN, "The keys of the sign-in cannot be fetched; try again.")


@dataclass(frozen=True)
class Issued:
    """What a token must say of itself, and where the keys are that it may be signed with."""

    jwks_url: str
    issuer: str
    audience: str
    role_claim: str


class SignedIn:
    """Believes tokens of one issuer for one audience."""

    def __init__(self, issued: Issued, ask_again_seconds: float = _ASK_AGAIN_SECONDS) -> None:
        self._issued = issued
        self._again = ask_again_seconds
        self._failed = float("-inf")
        self._keys = PyJWKClient(
            issued.jwks_url, timeout=_FETCH_SECONDS, cooldown_duration=ask_again_seconds
        )
        # One thread of its own: a provider that hangs holds up nothing else of the console.
        self._thread = ThreadPoolExecutor(1, "sign-in keys")

    async def of(self, request: Request) -> Reader:
        """Whose token it carries. Raises Refused."""
        token = _bearer(request.headers.getlist("authorization"))
        claims = _claims(token, await self._key(token), self._issued)
        who = _name(claims)
        return Reader(who=who, role=_role(claims.get(self._issued.role_claim), who))

    async def _key(self, token: str) -> PyJWK:
        if time.monotonic() - self._failed < self._again:
            raise _AWAY
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(
                self._thread, self._keys.get_signing_key_from_jwt, token
            )
        except PyJWKClientConnectionError:
            self._failed = time.monotonic()
            raise _AWAY from None
        except (PyJWKClientError, PyJWTError):
            raise _not_believed() from None


def _bearer(given: list[str]) -> str:
    kind, _, token = given[0].partition(" ") if len(given) == 1 else ("", "", "")
    if kind.lower() != "bearer" or not token.strip():
        raise not_signed_in(
            f"The request carries no token. {_SIGN_IN} "
            "Its settings must name the codec with passAccessToken, at an https:// address."
        )
    return token.strip()


def _claims(token: str, key: PyJWK, issued: Issued) -> Mapping[str, Any]:
    try:
        claims: Mapping[str, Any] = jwt.decode(
            token,
            key,
            algorithms=ALGORITHMS,
            audience=issued.audience,
            issuer=issued.issuer,
            leeway=CLOCKS_APART_SECONDS,
            options={"require": list(REQUIRED)},
        )
    except jwt.ExpiredSignatureError:
        raise not_signed_in(f"The token has run out. {_SIGN_IN}") from None
    except PyJWTError:
        raise _not_believed() from None
    return claims


def _not_believed() -> Refused:
    return not_signed_in(f"The token is not one that this endpoint believes. {_SIGN_IN}")


def _name(claims: Mapping[str, Any]) -> str:
    name = claims["sub"]
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
        raise _not_believed()
    return name


def _role(claimed: object, who: str) -> ReaderRole:
    """The role that sees most of those claimed, as one word or a list of them."""
    words = [claimed] if isinstance(claimed, str) else claimed
    for role in (ReaderRole.AUDITOR, ReaderRole.OPS):
        if isinstance(words, list) and role.value in words:
            return role
    raise Refused(
        403,
        Outcome.NOT_IN_THIS_ROLE,
        "You are signed in, but not as ops or auditor: payloads are opened for these alone.",
        who,
    )
