"""Whose certificate a service must have that is asked over HTTPS."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from anops_model_interface.certificates import CertificateError, CertificateFiles, client_context
from anops_model_interface.codes import Code

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Trust:
    """Certificates that are trusted in place of those that the system trusts.

    Attributes:
        file: Certificates of authorities, as PEM.
        is_its_own: Whether it is the very certificate of the service that is asked, which this user runs: its names
            are those by which others know it.
    """

    file: Path
    is_its_own: bool = False

    def context(self) -> ssl.SSLContext:
        """Return how to connect.

        Raises:
            CommandError: The file can't be used.
        """
        try:
            context = client_context(CertificateFiles(authorities=self.file))
        except CertificateError as error:
            raise CommandError(
                str(error),
                remedy="Name a file of certificates in PEM form, with --ca-file or ANOPS_CA_FILE.",
                code=Code.FILE_UNREADABLE,
            ) from error
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.check_hostname = not self.is_its_own
        return context


_current: ContextVar[Trust | None] = ContextVar("_current", default=None)


@contextmanager
def trusting(trust: Trust | None) -> Iterator[None]:
    """Trust certificates meanwhile; None: those that the system trusts."""
    token = _current.set(trust)
    try:
        yield
    finally:
        _current.reset(token)


def own_certificate(file: str | None) -> Trust | None:
    """Return the trust in a service of this user's by the certificate that it has, if any."""
    return None if file is None else Trust(Path(file), is_its_own=True)


def verification(url: str) -> ssl.SSLContext | bool:
    """Return how the certificate of a service is checked, as httpx takes it.

    To load the certificates of all authorities takes a while, and nobody shows one without TLS.
    """
    if urlsplit(url).scheme != "https":
        return False
    trust = _current.get()
    return True if trust is None else trust.context()


def is_distrusted(error: BaseException) -> bool:
    """Say whether a connection failed over the certificate of the service."""
    return "CERTIFICATE_VERIFY_FAILED" in str(error)
