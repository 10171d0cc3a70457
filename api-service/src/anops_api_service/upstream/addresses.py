"""Where the models are: addresses as a person writes them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """Where one model is.

    Attributes:
        url: HOST:PORT of its server.
        name: Its name there; empty: the only one that the server has.
    """

    url: str
    name: str = ""


def addresses_of(text: str, name: str = "") -> tuple[Address, ...]:
    """Read addresses.

    Args:
        text: `HOST:PORT` or `HOST:PORT/NAME`, of several with commas between them.
        name: The name of a model whose address has none.

    Raises:
        ValueError: There is none, or one stands there twice.
    """
    addresses = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        url, _, own = part.partition("/")
        if not url or "://" in part:
            raise ValueError(f"{part!r} must be HOST:PORT or HOST:PORT/NAME, such as 127.0.0.1:9000")
        address = Address(url, own.strip("/") or name)
        if address in addresses:
            raise ValueError(f"{part!r} stands there twice")
        addresses.append(address)
    if not addresses:
        raise ValueError("there must be at least one address, such as 127.0.0.1:9000")
    return tuple(addresses)
