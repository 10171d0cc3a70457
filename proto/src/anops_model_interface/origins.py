"""Origins of web pages, as browsers write them."""

from __future__ import annotations

import re

ANYONE = "*"
"""What stands for every origin."""
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]{1,5})?")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def origins_of(text: str) -> frozenset[str]:
    """Read a list of origins with commas between them, as browsers write them.

    Raises:
        ValueError: One is no origin; the text says which.
    """
    origins = [part.strip().lower().removesuffix("/") for part in text.split(",") if part.strip()]
    for origin in origins:
        if origin != ANYONE and not _ORIGIN.fullmatch(origin):
            raise ValueError(f"{origin!r} is not an origin: write it as https://app.example or http://localhost:3000")
    return frozenset(map(_without_default_port, origins))


def _without_default_port(origin: str) -> str:
    return origin.removesuffix(_DEFAULT_PORTS.get(origin.partition("://")[0], "\0"))
