"""What the supervisor tells a fork server: to start a worker, with the pipe and the folder that it shall have."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from anops_worker.channel import HEADER, PipeKind, pack

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST = 1 << 16


def send_order(control: socket.socket, kind: PipeKind, scratch: Path, pipe: socket.socket) -> None:
    """Tell a fork server what to do.

    Args:
        control: The supervisor's end of the fork server's control socket.
        kind: `FORK` or `SERVE`.
        scratch: The folder for the worker's temporary files.
        pipe: The worker's end of its pipe.
    """
    body = str(scratch).encode()
    socket.send_fds(control, [pack(kind, body) + body], [pipe.fileno()])


def receive_order(control: socket.socket) -> tuple[PipeKind, str, socket.socket] | None:
    """Wait for an order in a fork server.

    Returns:
        What to do, the folder for temporary files, and the worker's end of its pipe; None where the supervisor
        is gone.
    """
    data, descriptors, _, _ = socket.recv_fds(control, _LONGEST, 1)
    if not data or not descriptors:
        return None
    pipe = socket.socket(fileno=descriptors[0])
    pipe.set_inheritable(False)
    kind, length = HEADER.unpack_from(data)
    return PipeKind(kind), data[HEADER.size : HEADER.size + length].decode(), pipe
