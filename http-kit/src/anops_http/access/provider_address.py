"""Where keys of an identity provider may be fetched from."""

from __future__ import annotations

from urllib.parse import urlsplit

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


def is_provider_address(text: str) -> bool:
    """Say whether keys may be fetched from an address: over HTTPS, or from this computer."""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _HERE))
