"""The headers of a request that an endpoint looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Scope


def names(*wanted: str) -> Mapping[bytes, str]:
    """Return headers as the server gives them, and as they are called, for `headers_of()`."""
    return {name.encode(): name for name in wanted}


def headers_of(scope: Scope, wanted: Mapping[bytes, str]) -> dict[str, str]:
    """Return those headers that count; what is sent twice is joined, as RFC 9110 says."""
    headers: dict[str, str] = {}
    for key, value in scope["headers"]:
        if key in wanted:
            name, text = wanted[key], value.decode("latin-1")
            headers[name] = f"{headers[name]}, {text}" if name in headers else text
    return headers
