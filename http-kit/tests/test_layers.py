from __future__ import annotations

import asyncio
import base64
from typing import TYPE_CHECKING, Any

import pytest
from anops_http.access.key_file import hash_of, new_secret
from anops_http.access.key_ring import KeyRing
from anops_http.access.layer import CALLER, Access
from anops_http.access.scopes import Scope
from anops_http.hosts import Hosts, names_of
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

if TYPE_CHECKING:
    from pathlib import Path


def ask(app: Any, path: str = "/predict", **headers: str) -> Any:
    """Return what the application was given, or the problem."""
    passed: dict[str, Any] = {}

    async def answers(scope: Any, *_: Any) -> None:
        passed.update(scope)

    scope = {
        "type": "http", "method": "GET", "path": path,
        "headers": [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()],
    }  # fmt: skip
    try:
        asyncio.run(app(answers)(scope, None, None))
    except AnOpsError as error:
        return error.problem
    return passed


@pytest.fixture
def secrets(tmp_path: Path) -> dict[str, str]:
    made = {name: new_secret() for name in ("reader", "chief", "slow")}
    scopes = {"reader": '["metadata"]', "chief": '["admin"]', "slow": '["predict"]\nper_second = 0.001'}
    (tmp_path / "keys.toml").write_text(
        "".join(
            f'[[key]]\nname = "{name}"\nhash = "{hash_of(secret)}"\nscopes = {scopes[name]}\n'
            for name, secret in made.items()
        )
    )
    return made


def test_a_key_opens_what_its_scopes_say(secrets: dict[str, str], tmp_path: Path) -> None:
    of_paths = {"/predict": Scope.PREDICT, "/model": Scope.METADATA, "/health": None}
    ring = KeyRing(tmp_path / "keys.toml")

    def door(app: Any) -> Access:
        return Access(app, needs=lambda _, path: of_paths[path], keys=ring)

    reader, chief = f"Bearer {secrets['reader']}", f"bearer  {secrets['chief']}"
    assert ask(door, "/health")["path"] == "/health"
    assert ask(door, "/model", authorization=reader)[CALLER].name == "reader"
    assert ask(door, "/predict", authorization=chief)[CALLER].name == "chief"
    assert ask(door, "/predict", x_api_key=secrets["chief"])[CALLER].name == "chief"

    pair = base64.b64encode(f"me:{secrets['reader']}".encode()).decode()
    assert ask(door, "/model", authorization=f"Basic {pair}")[CALLER].name == "reader"
    assert ask(door, "/predict", authorization=f"Basic {pair}").code is Code.UNAUTHENTICATED
    for broken in ("Basic ====", "Basic bm9jb2xvbg==", "Basic"):
        assert ask(door, "/model", authorization=broken).code is Code.UNAUTHENTICATED

    refused = ask(door, "/predict", authorization=reader)
    assert refused.code is Code.FORBIDDEN
    assert refused.message == "This needs the scope `predict`; the caller `reader` has: metadata."

    for headers, told in (
        ({}, "The request has no key and no token."),
        ({"authorization": "Basic dXNlcjp4"}, "The request's `Authorization` is not of the type Bearer."),
        ({"authorization": "Bearer "}, "The request's `Authorization` is not of the type Bearer."),
        ({"authorization": "Bearer ao_madeup"}, "The key is not valid."),
        ({"authorization": "Bearer a.b.c"}, "The key is not valid."),
        ({"x_api_key": "\xff"}, "The key is not valid."),
    ):
        refused = ask(door, "/predict", **headers)
        assert refused.code is Code.UNAUTHENTICATED
        assert refused.message == told

    slow = f"Bearer {secrets['slow']}"
    assert ask(door, authorization=slow)[CALLER].name == "slow"
    refused = ask(door, authorization=slow)
    assert refused.code is Code.RATE_LIMIT
    assert refused.message == "The caller `slow` may make 0.001 requests a second, and made more."


@pytest.mark.parametrize(
    ("host", "passes"),
    [
        ("127.0.0.1:8080", True),
        ("localhost:8080", True),
        ("LOCALHOST", True),
        ("[::1]:8080", True),
        ("10.1.2.3", True),
        ("api-service:8080", True),
        ("page.localhost:1", True),
        ("models.example.org:8080", True),
        ("MODELS.example.org.", True),
        ("a.b.wild.example.org", True),
        ("evil.example", False),
        ("wild.example.org.evil.example", False),
        ("notwild.example.org", False),
        ("evil.example:8080", False),
        ("127.0.0.1.evil.example", False),
        ("models.example.org@evil.example", False),
        ("a b", False),
        ("é.example", False),
    ],
)
def test_a_service_answers_under_its_own_names_only(host: str, passes: bool) -> None:
    def door(app: Any) -> Hosts:
        return Hosts(app, names_of("models.example.org, .wild.example.org"), lambda path: path == "/health")

    told = ask(door, host=host)

    assert (isinstance(told, dict)) is passes
    if not passes:
        assert told.code is Code.HOST
        assert "ANOPS_HOSTS" in told.remedy
    assert ask(door, "/health", host=host)["path"] == "/health"


@pytest.mark.parametrize("second", ["evil.example", "localhost", "a.wild.example.org"])
def test_a_request_under_two_names_is_refused(second: str) -> None:
    """Of which a proxy may have gone by the other one."""

    def door(app: Any) -> Any:
        hosts = Hosts(app, names_of(".wild.example.org"))

        def named_twice(scope: Any, *_: Any) -> Any:
            twice = [*scope["headers"], (b"host", second.encode())]
            return hosts(scope | {"headers": twice}, *_)

        return named_twice

    assert ask(door, host="127.0.0.1").code is Code.HOST


@pytest.mark.parametrize("name", ["models.example.org:80", "https://models.example.org", "a b"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not a host name"):
        names_of(name)
