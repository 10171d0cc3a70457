"""The public keys of an identity provider: fetched, kept, and fetched anew when one is not among them."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.request import HTTPRedirectHandler, Request, build_opener

import jwt

from anops_http.access import refusals
from anops_http.access.provider_address import is_provider_address

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger("anops")

_FETCH_SECONDS = 5.0
_MOST_BYTES = 1_000_000
_AGAIN_AFTER = 10.0
"""Seconds before an unknown key is asked for again: made-up tokens must not become requests to the provider."""
_KEEP_SECONDS = 600.0
"""After how long the keys are fetched anew even if none is missing: a key that was withdrawn must be forgotten."""
_ASYMMETRIC = frozenset({"RSA", "EC", "OKP"})


class ProviderError(Exception):
    """The provider's keys can't be had; the text says why."""


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


@dataclass(slots=True)
class ProviderKeys:
    """The keys of one issuer.

    Attributes:
        issuer: The issuer.
        address: Where its JWK Set is; empty: where its discovery document says (OpenID Connect Discovery 1.0).
    """

    issuer: str
    address: str = ""
    _keys: dict[str, jwt.PyJWK] = field(default_factory=dict, init=False)
    _fetched: float = field(default=float("-inf"), init=False)
    _tried: float = field(default=float("-inf"), init=False)
    _failure: str = field(default="", init=False)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    round: int = field(default=0, init=False)
    """How many times they were fetched."""

    async def key(self, kid: str | None) -> jwt.PyJWK | None:
        """Return a key; None where the provider has no such.

        Args:
            kid: Its id; None where the token names none, and then the provider's only key is meant.

        Raises:
            AnOpsError: No keys are known, and they can't be fetched.
        """
        await self.renew(missing=self._found(kid) is None)
        if not self._keys and self._failure:
            raise refusals.unchecked_token(self.issuer, self._failure)
        return self._found(kid)

    async def renew(self, *, missing: bool = False) -> None:
        """Fetch the keys where they are old, or where one is missing.

        Args:
            missing: Whether one is.
        """
        if not self._is_due(missing=missing):
            return
        async with self._lock:
            if not self._is_due(missing=missing):
                return
            self._tried = time.monotonic()
            try:
                keys = await asyncio.to_thread(self._fetch)
            except ProviderError as error:
                self._failure = str(error)
                log.warning("the keys of %s can't be fetched: %s", self.issuer, error)
                return
            self._failure, self._fetched = "", time.monotonic()
            if keys.keys() != self._keys.keys():
                log.info("fetched %s keys of %s", len(keys), self.issuer)
            self._keys = keys
            self.round += 1

    def _is_due(self, *, missing: bool) -> bool:
        now = time.monotonic()
        if now - self._tried < _AGAIN_AFTER:
            return False
        return missing or now - self._fetched > _KEEP_SECONDS

    def _found(self, kid: str | None) -> jwt.PyJWK | None:
        if kid is not None:
            return self._keys.get(kid)
        return next(iter(self._keys.values())) if len(self._keys) == 1 else None

    def _fetch(self) -> dict[str, jwt.PyJWK]:
        address = self.address or self._discovered()
        told = _json_at(address).get("keys")
        if not isinstance(told, list):
            raise ProviderError(f"{address} is not a JWK Set: it has no list `keys`")
        keys = {}
        for number, each in enumerate(told):
            if not isinstance(each, dict) or each.get("kty") not in _ASYMMETRIC or each.get("use", "sig") != "sig":
                continue
            try:
                keys[str(each.get("kid", f"#{number}"))] = jwt.PyJWK(each)
            except jwt.PyJWTError:
                continue  # a kind that is not known here is of no use, and no fault of the others
        if not keys:
            raise ProviderError(f"{address} has no key that can check signatures")
        return keys

    def _discovered(self) -> str:
        address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        told = _json_at(address)
        if told.get("issuer") != self.issuer:
            raise ProviderError(f"{address} belongs to another issuer, `{str(told.get('issuer'))[:200]}`")
        found = told.get("jwks_uri")
        if not isinstance(found, str):
            raise ProviderError(f"{address} has no `jwks_uri`")
        return found


def _json_at(address: str) -> Mapping[str, Any]:
    if not is_provider_address(address):
        raise ProviderError(f"`{address[:200]}` is not an address of HTTPS")
    request = Request(address, headers={"accept": "application/json"})  # noqa: S310  HTTP alone, as looked at above
    try:
        with build_opener(_NoRedirect).open(request, timeout=_FETCH_SECONDS) as answer:
            body = answer.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ProviderError(f"{address}: {getattr(error, 'reason', None) or error}") from error
    if len(body) > _MOST_BYTES:
        raise ProviderError(f"{address} answers with more than {_MOST_BYTES} bytes")
    try:
        told = json.loads(body)
    except ValueError as error:
        raise ProviderError(f"{address} does not answer with JSON") from error
    if not isinstance(told, dict):
        raise ProviderError(f"{address} does not answer with a JSON object")
    return told
