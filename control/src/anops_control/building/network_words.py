"""What programs say where the network does not answer."""

from __future__ import annotations

import re

_NETWORK = re.compile(
    r"Temporary failure (?:in name resolution|resolving)|Could not resolve|NewConnectionError|Connection refused"
    r"|Network is unreachable|Connection timed out|ConnectTimeoutError|CERTIFICATE_VERIFY_FAILED|certificate verif",
    re.IGNORECASE,
)


def says_no_network(text: str) -> bool:
    """Say whether the output of a step tells that something on the network could not be reached."""
    return _NETWORK.search(text) is not None
