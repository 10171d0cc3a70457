from __future__ import annotations

import asyncio
import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from anops_http.access import provider_keys
from anops_http.access.provider_keys import ProviderKeys
from anops_http.access.scopes import Scope
from anops_http.access.tokens import ProviderTokens
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from cryptography.hazmat.primitives.asymmetric import ec, rsa

if TYPE_CHECKING:
    from collections.abc import Iterator

AUDIENCE = "anops"


class Provider:
    """An identity provider: its two documents over HTTP, and tokens."""

    def __init__(self) -> None:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked += 1
                told = provider.documents.get(self.path)
                self.send_response(200 if told is not None else 404)
                self.end_headers()
                self.wfile.write(json.dumps(told).encode())

            def log_message(self, *_: object) -> None: ...

        self.asked = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self._keys: dict[str, Any] = {}
        self.documents: dict[str, Any] = {}
        self.new_key("first")
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def new_key(self, kid: str, *, only: bool = True) -> None:
        key: Any = rsa.generate_private_key(65537, 2048) if kid != "curve" else ec.generate_private_key(ec.SECP256R1())
        self._keys = {kid: key} if only else self._keys | {kid: key}
        self.documents = {
            "/.well-known/openid-configuration": {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks"},
            "/jwks": {"keys": [_public(key, kid) for kid, key in self._keys.items()] + [{"kty": "XYZ", "kid": "odd"}]},
        }

    def token(
        self, kid: str = "first", *, key: Any = None, header: dict[str, Any] | None = None, **claims: Any
    ) -> bytes:
        told = {
            "iss": self.issuer, "aud": AUDIENCE, "sub": "svc", "exp": int(time.time()) + 60, "scope": "openid predict"
        } | claims  # fmt: skip
        told = {name: value for name, value in told.items() if value is not None}
        key = key or self._keys[kid]
        algorithm = "ES256" if isinstance(key, ec.EllipticCurvePrivateKey) else "RS256"
        return jwt.encode(told, key, algorithm, headers={"kid": kid} | (header or {})).encode()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _public(key: Any, kid: str) -> dict[str, Any]:
    algorithm = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    told: dict[str, Any] = json.loads(algorithm.to_jwk(key.public_key()))
    return told | {"kid": kid, "use": "sig"}


@pytest.fixture(scope="module")
def shared() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture
def provider(shared: Provider) -> Provider:
    shared.new_key("first")
    return shared


@pytest.fixture
def tokens(provider: Provider) -> ProviderTokens:
    return ProviderTokens(ProviderKeys(provider.issuer), AUDIENCE)


def asked(tokens: ProviderTokens, token: bytes) -> Any:
    try:
        return asyncio.run(tokens.caller(token))
    except AnOpsError as error:
        return error.problem


def test_a_token_tells_who_asks_and_what_for(provider: Provider, tokens: ProviderTokens) -> None:
    caller = asked(tokens, provider.token(scope="openid anops:predict metadata", roles=["metrics", 5]))

    assert caller.name == "svc"
    assert caller.scopes == {Scope.PREDICT, Scope.METADATA, Scope.METRICS}
    assert asked(tokens, provider.token()) is not caller
    assert provider.asked
    before = provider.asked
    assert asked(tokens, provider.token(sub="another")).name == "another"
    assert provider.asked == before, "the keys are kept"


@pytest.mark.parametrize("odd", [5, True, {"predict": 1}, 1.5, None, [["predict"]]])
def test_scopes_of_another_form_are_none(provider: Provider, tokens: ProviderTokens, odd: object) -> None:
    assert asked(tokens, provider.token(scope="metrics", permissions=odd)).scopes == {Scope.METRICS}


def test_what_is_wrong_with_a_token_is_told(provider: Provider, tokens: ProviderTokens) -> None:
    now, foreign = time.time(), rsa.generate_private_key(65537, 2048)
    unsigned = jwt.encode({"iss": provider.issuer}, None, "none").encode()
    shared_secret = jwt.encode({"iss": provider.issuer}, "x" * 64, "HS256").encode()
    told = {
        "has expired": provider.token(exp=int(now) - 31),
        "is not valid yet": provider.token(nbf=int(now) + 60),
        "from another issuer": provider.token(iss="https://other.example"),
        "is not for this service": provider.token(aud="other"),
        "lacks the claim `exp`": provider.token(exp=None),
        "lacks the claim `aud`": provider.token(aud=None),
        "signature does not match its content": provider.token(key=foreign),
        "does not have": provider.token(header={"kid": "made-up"}),
        "is not signed": unsigned,
        "with a shared secret": shared_secret,
        "can't be read": b"gibberish",
        "it is not a signed JWT": b"\xff.\xfe.",
        "not a signed JWT.": b"a.b.c",
    }

    for words, token in told.items():
        problem = asked(tokens, token)
        assert problem.code is Code.UNAUTHENTICATED
        assert words in problem.message

    assert asked(tokens, provider.token(exp=int(now) - 10)).name == "svc", "clocks may be half a minute apart"


def test_a_providers_keys_can_change(
    provider: Provider, tokens: ProviderTokens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_keys, "_AGAIN_AFTER", 0.0)
    old = provider.token()
    assert asked(tokens, old).name == "svc"

    provider.new_key("curve")

    assert asked(tokens, provider.token("curve")).name == "svc"
    assert "does not have" in asked(tokens, old).message, "a key that was withdrawn is no key any more"


def test_made_up_keys_don_t_become_requests_to_the_provider(provider: Provider, tokens: ProviderTokens) -> None:
    asked(tokens, provider.token())
    before = provider.asked

    for number in range(20):
        assert "does not have" in asked(tokens, provider.token(header={"kid": f"made-up-{number}"})).message

    assert provider.asked == before


@pytest.mark.parametrize(
    ("documents", "reason"),
    [
        ({}, "Not Found"),
        ({"/.well-known/openid-configuration": {"issuer": "https://other.example"}}, "belongs to another issuer"),
        ({"/.well-known/openid-configuration": []}, "does not answer with a JSON object"),
        ({"/.well-known/openid-configuration": {"jwks_uri": "file:///etc/hosts"}}, "is not an address of HTTPS"),
    ],
)
def test_a_provider_that_gives_no_keys_is_no_fault_of_the_token(
    documents: dict[str, Any], reason: str, provider: Provider, tokens: ProviderTokens
) -> None:
    token = provider.token()
    for told in documents.values():
        if isinstance(told, dict):
            told.setdefault("issuer", provider.issuer)
    provider.documents = documents

    problem = asked(tokens, token)

    assert problem.code is Code.IDENTITY_PROVIDER
    assert reason in problem.message
