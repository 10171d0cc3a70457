"""What the gRPC server listens on: its port, with TLS where there are certificates, and then a socket for health."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import grpc
from anops_model_interface.certificates import CertificateFiles, ServedCertificates

if TYPE_CHECKING:
    import ssl

    from anops_model_interface.certificates import Certificates


def health_socket(port: int) -> Path:
    """Return where a service that speaks TLS is asked for its health, by its own user on its own machine."""
    return Path(tempfile.gettempdir()) / f"anops-health-{os.getuid() if hasattr(os, 'getuid') else 0}-{port}.sock"


class Door:
    """Where one service is asked.

    Attributes:
        stream_context: How connections of the private stream are taken; None: without TLS.

    Args:
        files: The certificates; without any, nothing is encrypted.

    Raises:
        CertificateError: One can't be used.
    """

    def __init__(self, files: CertificateFiles) -> None:
        self._served = ServedCertificates(files) if files else None
        self.stream_context: ssl.SSLContext | None = self._served.context if self._served is not None else None
        self._socket: Path | None = None

    def open(self, server: grpc.aio.Server, address: str) -> int:
        """Have a server listen.

        Args:
            server: The server.
            address: HOST:PORT; of port 0 a free one is taken.

        Returns:
            The port; 0 where it can't be bound.
        """
        try:
            if self._served is None:
                return server.add_insecure_port(address)
            port = server.add_secure_port(address, _credentials(self._served))
        except RuntimeError:
            return 0
        # a check of health has no certificate of its own
        self._socket = health_socket(port)
        self._socket.unlink(missing_ok=True)
        earlier = os.umask(0o177)
        try:
            server.add_insecure_port(f"unix:{self._socket}")
        finally:
            os.umask(earlier)
        return port

    def close(self) -> None:
        """Remove what it left on the disk."""
        if self._socket is not None:
            self._socket.unlink(missing_ok=True)


def _credentials(served: ServedCertificates) -> grpc.ServerCredentials:
    shown = served.current()

    def changed() -> grpc.ServerCertificateConfiguration | None:
        """Return what has changed since the last connection; gRPC keeps what it has for None."""
        nonlocal shown
        now = served.current()
        if now == shown:
            return None
        shown = now
        return _configuration(now)

    return grpc.dynamic_ssl_server_credentials(
        _configuration(shown),
        changed,  # type: ignore[arg-type]  # the stubs forget that it may return None
        require_client_authentication=shown.authorities is not None,
    )


def _configuration(certificates: Certificates) -> grpc.ServerCertificateConfiguration:
    key, certificate = certificates.key or b"", certificates.certificate or b""  # both are there: see the settings
    return grpc.ssl_server_certificate_configuration([(key, certificate)], root_certificates=certificates.authorities)
