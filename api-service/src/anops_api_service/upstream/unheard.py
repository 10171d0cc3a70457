"""Connections whose far end hears nothing any more."""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

UNHEARD_MS = 5000
"""What is sent and not acknowledged for so long is lost, and the connection with it."""


def give_up_unheard(transport: asyncio.Transport) -> None:
    """Have Linux give up a connection whose data nobody acknowledges, where it would try for many minutes."""
    if sys.platform == "linux":
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNHEARD_MS)
