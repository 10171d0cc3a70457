"""Finds the port to serve on."""

from __future__ import annotations

import errno
import socket
from itertools import chain

from anops_model_interface.codes import Code

from anops_control.errors import CommandError

_NEIGHBOURS = 20


def choose_port(host: str, wanted: int) -> int:
    """Return the wanted port where it is free, else the nearest free one above it, else any.

    Args:
        host: The name or address to listen on.
        wanted: The port; 0 takes any.

    Raises:
        CommandError: The host or the port can't be used at all.
    """
    for port in chain(range(wanted, min(wanted + _NEIGHBOURS, 65536)) if wanted else (), (0,)):
        try:
            return _try(host, port)
        except socket.gaierror as error:
            raise _cant(host, f"Can't serve on `{host}`: there is no such host.") from error
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                continue
            if error.errno in {errno.EACCES, errno.EPERM}:
                raise CommandError(
                    f"Can't serve on port {port}: you don't have permission to use this port.",
                    details=["Ports below 1024 are for the administrator of the computer."] if port < 1024 else (),
                    remedy="Choose another, such as `ao serve --port 8080`.",
                    code=Code.PORT_UNUSABLE,
                ) from error
            if error.errno == errno.EADDRNOTAVAIL:
                raise _cant(host, f"Can't serve on `{host}`: this computer has no such address.") from error
            raise _cant(host, f"Can't serve on {host} port {port}: {error.strerror}.") from error
    raise _cant(host, f"Can't serve on `{host}`: no port is free.")


def _cant(host: str, message: str) -> CommandError:
    remedy = None if host == "127.0.0.1" else "Leave out `--host` to serve on this computer alone."
    return CommandError(message, remedy=remedy, code=Code.PORT_UNUSABLE)


def _try(host: str, port: int) -> int:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        probe.listen()
        return int(probe.getsockname()[1])
