"""The certificates of a service: read and checked when it starts, and again when their files change."""

from __future__ import annotations

import logging
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger("anops")

LOOK_EVERY = 1.0
"""Seconds between two looks at the files: so soon a new certificate is shown to who connects."""


class CertificateError(Exception):
    """A certificate, a key or a file of authorities can't be used; the text says which file and why."""


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """Where they are, all as PEM.

    Attributes:
        certificate: With which one side says who it is: its certificate, and those between it and the authority.
        key: The private key of that.
        authorities: The certificates of those who vouch for the other side.
    """

    certificate: Path | None = None
    key: Path | None = None
    authorities: Path | None = None

    def __bool__(self) -> bool:
        """Say whether there is any."""
        return any((self.certificate, self.key, self.authorities))


@dataclass(frozen=True, slots=True)
class Certificates:
    """What the files hold, as PEM; None where there is no such file."""

    certificate: bytes | None
    key: bytes | None
    authorities: bytes | None


def read_certificates(files: CertificateFiles) -> Certificates:
    """Read the files.

    Raises:
        CertificateError: One can't be used.
    """
    certificate, key = _certificates_in(files.certificate), _read(files.key)
    if files.certificate is not None and certificate is not None and files.key is not None and key is not None:
        _check_pair(files.certificate, certificate, files.key, key)
    return Certificates(certificate, key, _certificates_in(files.authorities))


def client_context(files: CertificateFiles) -> ssl.SSLContext:
    """Return how to connect to a service: its certificate is checked, with its name.

    Raises:
        CertificateError: A file can't be used.
    """
    read = read_certificates(files)
    context = ssl.create_default_context(cadata=_text(read.authorities))
    _load_own(context, files)
    return context


class ServedCertificates:
    """Those of a service that runs. What can't be used is told in the log, and those before stay in force.

    Attributes:
        context: How connections are taken, always with the certificates of the moment.

    Args:
        files: Where they are; without authorities anybody may connect, else who has a certificate of theirs.

    Raises:
        CertificateError: One can't be used.
    """

    def __init__(self, files: CertificateFiles) -> None:
        self._files = files
        self._state = self._look()
        self._current, self._context = self._load()
        self._next = time.monotonic() + LOOK_EVERY
        self.context = self._load()[1]
        # called in every handshake, also of who names no server
        self.context.sni_callback = self._switch

    def current(self) -> Certificates:
        """Return those of the moment."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + LOOK_EVERY
            state = self._look()
            if state != self._state:
                self._state = state
                self._load_again()
        return self._current

    def _load_again(self) -> None:
        try:
            self._current, self._context = self._load()
        except CertificateError as error:
            log.error("%s The certificates read before stay in force.", error)  # noqa: TRY400  its text says it all
        else:
            log.info("read the certificates again, which have changed")

    def _switch(self, connection: ssl.SSLObject, _: str | None, __: ssl.SSLContext) -> None:
        self.current()
        connection.context = self._context

    def _load(self) -> tuple[Certificates, ssl.SSLContext]:
        read = read_certificates(self._files)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=_text(read.authorities))
        if read.authorities is not None:
            context.verify_mode = ssl.CERT_REQUIRED
        _load_own(context, self._files)
        return read, context

    def _look(self) -> list[tuple[int, int, int] | None]:
        return [_state_of(path) for path in (self._files.certificate, self._files.key, self._files.authorities)]


def _load_own(context: ssl.SSLContext, files: CertificateFiles) -> None:
    if files.certificate is None:
        return
    try:
        context.load_cert_chain(files.certificate, files.key, password=_no_password)
    except (OSError, ValueError) as error:  # those of SSL are among them
        raise CertificateError(f"Can't use the certificate {files.certificate}: {error}.") from error


def _no_password() -> str:
    raise ValueError("its key is protected by a password")  # else OpenSSL asks on the terminal


def _read(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise CertificateError(f"Can't read {path}: {error.strerror}.") from error


def _certificates_in(path: Path | None) -> bytes | None:
    data = _read(path)
    if data is None:
        return None
    from cryptography import x509  # noqa: PLC0415  slow to import, and not needed without TLS

    try:
        found = x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise CertificateError(f"{path} holds no certificate that can be read: it must be in PEM form.") from error
    now, first = datetime.now(UTC), found[0]
    if first.not_valid_after_utc < now:
        raise CertificateError(f"The certificate in {path} expired on {first.not_valid_after_utc:%Y-%m-%d %H:%M} UTC.")
    if first.not_valid_before_utc > now:
        raise CertificateError(
            f"The certificate in {path} is valid from {first.not_valid_before_utc:%Y-%m-%d %H:%M} UTC only: "
            "wait, or set this computer's clock."
        )
    return data


def _check_pair(certificate: Path, certificate_data: bytes, key: Path, key_data: bytes) -> None:
    from cryptography import x509  # noqa: PLC0415
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    try:
        private: Any = load_pem_private_key(key_data, password=None)
    except TypeError as error:
        raise CertificateError(
            f"The key in {key} is protected by a password. Write one without: openssl pkey -in {key} -out NEW."
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise CertificateError(f"{key} holds no private key that can be read: it must be in PEM form.") from error
    if private.public_key() != x509.load_pem_x509_certificates(certificate_data)[0].public_key():
        raise CertificateError(f"The key in {key} does not belong to the certificate in {certificate}.")


def _text(data: bytes | None) -> str | None:
    return None if data is None else data.decode("ascii", errors="ignore")


def _state_of(path: Path | None) -> tuple[int, int, int] | None:
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return None
    return None if found is None else (found.st_mtime_ns, found.st_size, found.st_ino)
