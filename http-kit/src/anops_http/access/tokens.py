"""Tokens of an identity provider: JWT (RFC 7519), checked as access tokens for this service (RFC 9068, RFC 8725)."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import jwt

from anops_http.access import refusals
from anops_http.access.caller import Caller
from anops_http.access.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_http.access.provider_keys import ProviderKeys

_ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA"),
)
"""Those of a key pair; a shared secret would make everyone who checks tokens able to make them."""
_MOST_BYTES = 16_384
_MOST_REMEMBERED = 4096
_OUR_PREFIXES = ("anops:", "anops.", "anops/")


@dataclass(slots=True)
class ProviderTokens:
    """Checks tokens.

    Attributes:
        keys: The issuer and its keys.
        audience: What a token must be for.
        leeway: How far clocks may be apart, in seconds.
    """

    keys: ProviderKeys
    audience: str
    leeway: float = 30.0
    _known: dict[bytes, Caller] = field(default_factory=dict, init=False)
    _round: int = field(default=0, init=False)

    async def caller(self, token: bytes) -> Caller:
        """Return whom a token is for.

        Raises:
            AnOpsError: It is not valid, or can't be checked.
        """
        if token in self._known:
            await self.keys.renew()
        self._forget_what_was_signed_otherwise()
        known = self._known.get(token)
        if known is not None and known.expires is not None and time.time() < known.expires + self.leeway:
            return known
        caller = await self._checked(token)
        self._forget_what_was_signed_otherwise()
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        self._known[token] = caller
        return caller

    def _forget_what_was_signed_otherwise(self) -> None:
        """Forget the tokens that were checked with keys of the provider that it may have withdrawn since."""
        if self.keys.round != self._round:
            self._known.clear()
            self._round = self.keys.round

    async def _checked(self, token: bytes) -> Caller:
        header = _header_of(token)
        if header.get("alg") not in _ALGORITHMS:
            what = (
                "is not signed"
                if str(header.get("alg")).lower() == "none"
                else "is signed with a shared secret or in an unknown way"
            )
            raise refusals.bad_token(
                f"The token {what}.", f"Have the provider sign with one of {', '.join(_ALGORITHMS)}."
            )
        key = await self.keys.key(header.get("kid"))
        if key is None:
            raise refusals.bad_token(f"The token is signed with a key that {self.keys.issuer} does not have.")
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=_ALGORITHMS,
                audience=self.audience,
                issuer=self.keys.issuer,
                leeway=self.leeway,
                options={"require": ["exp", "iss", "aud"]},
            )
        except jwt.PyJWTError as error:
            raise self._refusal(error) from None
        return Caller(_name_of(claims), _scopes_of(claims), float(claims["exp"]))

    def _refusal(self, error: jwt.PyJWTError) -> Exception:  # noqa: PLR0911  a sentence for each
        match error:
            case jwt.ExpiredSignatureError():
                return refusals.bad_token("The token has expired.", "Fetch another from the provider.")
            case jwt.ImmatureSignatureError():
                return refusals.bad_token(
                    "The token is not valid yet.", "Compare the clocks of this service and the provider."
                )
            case jwt.InvalidIssuerError():
                return refusals.bad_token(f"The token is from another issuer than {self.keys.issuer}.")
            case jwt.InvalidAudienceError():
                return refusals.bad_token(
                    f"The token is not for this service: its audience (`aud`) lacks `{self.audience}`."
                )
            case jwt.MissingRequiredClaimError():
                return refusals.bad_token(f"The token lacks the claim `{error.claim}`.")
            case jwt.InvalidSignatureError() | jwt.InvalidAlgorithmError():
                return refusals.bad_token("The token's signature does not match its content and key.")
        return _malformed()


def _header_of(token: bytes) -> Mapping[str, Any]:
    if len(token) > _MOST_BYTES or not token.isascii():
        raise _malformed()
    try:
        return jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise _malformed() from None


def _malformed() -> Exception:
    return refusals.bad_token(
        "The token can't be read: it is not a signed JWT.", "Send a token or key as it was given to you, whole."
    )


def _name_of(claims: Mapping[str, Any]) -> str:
    name = next((claims[claim] for claim in ("sub", "client_id", "azp") if isinstance(claims.get(claim), str)), "?")
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:100]


def _scopes_of(claims: Mapping[str, Any]) -> frozenset[Scope]:
    """Return those of our scopes that a token has: in `scope`, a text (RFC 8693), or in lists that providers use."""
    words: list[str] = []
    for claim in ("scope", "scp", "roles", "permissions"):
        told = claims.get(claim)
        listed = told if isinstance(told, list) else []
        words += told.split() if isinstance(told, str) else [word for word in listed if isinstance(word, str)]
    found = set()
    for word in words:
        prefix = next((prefix for prefix in _OUR_PREFIXES if word.startswith(prefix)), "")
        if word.removeprefix(prefix) in tuple(Scope):
            found.add(Scope(word.removeprefix(prefix)))
    return frozenset(found)
