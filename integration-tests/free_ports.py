"""Ports for programs that take no 0: free ones, which the system gives to nobody else meanwhile."""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack

OURS = range(12_000, 32_000)
"""Below those that Linux and Docker give out by themselves (from 32768 on), to connections as well as to services."""


def free_ports(count: int) -> list[int]:
    """Return ports that nothing listens on, by chance, so that tests side by side hardly ask for the same."""
    ports: list[int] = []
    chance = random.SystemRandom()
    with ExitStack() as stack:
        while len(ports) < count:
            probe, port = stack.enter_context(socket.socket()), chance.choice(OURS)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            ports.append(port)
    return ports
