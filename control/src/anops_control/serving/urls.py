"""The URL of a service, as a client on this computer writes it."""

from __future__ import annotations

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104  read from a flag, not bound here


def url_of(host: str, port: int, *, scheme: str = "http") -> str:
    """Return the URL by which this computer reaches a service that listens on a host and a port."""
    shown = _EVERYWHERE.get(host, host)
    return f"{scheme}://[{shown}]:{port}" if ":" in shown else f"{scheme}://{shown}:{port}"
