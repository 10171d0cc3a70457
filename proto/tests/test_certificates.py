"""Files as trustme makes them, and what is wrong with others."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import trustme
from anops_model_interface.certificates import (
    CertificateError,
    CertificateFiles,
    ServedCertificates,
    client_context,
    read_certificates,
)
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

if TYPE_CHECKING:
    from pathlib import Path


def written(
    folder: Path, authority: trustme.CA, name: str, *hosts: str, until: datetime | None = None
) -> tuple[Path, Path]:
    pair = authority.issue_cert(*(hosts or ("localhost",)), not_after=until)
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.write_bytes(b"".join(blob.bytes() for blob in pair.cert_chain_pems))
    key.write_bytes(pair.private_key_pem.bytes())
    return certificate, key


def authority_file(folder: Path, authority: trustme.CA, name: str = "ca.pem") -> Path:
    authority.cert_pem.write_to_path(folder / name)
    return folder / name


def shown_by(served: ServedCertificates, client: ssl.SSLContext) -> dict[str, object]:
    """Return the certificate that a client of a real socket is shown."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            # who is refused is told so, and tells it
            with suppress(OSError), connection, served.context.wrap_socket(connection, server_side=True) as secure:
                secure.sendall(b".")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        with (
            socket.create_connection(listener.getsockname()) as plain,
            client.wrap_socket(plain, server_hostname="localhost") as secure,
        ):
            assert secure.recv(1) == b"."
            told = secure.getpeercert()
        thread.join()
        assert told is not None
        return dict(told)


def test_a_pair_and_its_authority_are_read(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate, key = written(tmp_path, authority, "own")
    read = read_certificates(CertificateFiles(certificate, key, authority_file(tmp_path, authority)))
    assert read.certificate == certificate.read_bytes()
    assert read.key == key.read_bytes()
    assert read.authorities == authority.cert_pem.bytes()


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match=r"Can't read .*none\.pem: No such file"):
        read_certificates(CertificateFiles(authorities=tmp_path / "none.pem"))


def test_a_file_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("remember the milk")
    with pytest.raises(CertificateError, match=r"notes\.txt holds no certificate that can be read"):
        read_certificates(CertificateFiles(authorities=tmp_path / "notes.txt"))


def test_a_key_of_another_certificate_is_refused(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate, _ = written(tmp_path, authority, "one")
    _, key = written(tmp_path, authority, "two")
    with pytest.raises(CertificateError, match=r"key in .*two\.key does not belong to the certificate in .*one\.pem"):
        read_certificates(CertificateFiles(certificate, key))


def test_a_certificate_that_has_expired_is_refused_with_its_day(tmp_path: Path) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    certificate, key = written(tmp_path, trustme.CA(), "old", until=yesterday)
    with pytest.raises(CertificateError, match=rf"old\.pem expired on {yesterday:%Y-%m-%d}"):
        read_certificates(CertificateFiles(certificate, key))


def test_a_key_with_a_password_is_refused_and_nobody_is_asked(tmp_path: Path) -> None:
    certificate, key = written(tmp_path, trustme.CA(), "own")
    private = load_pem_private_key(key.read_bytes(), None)
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")))
    with pytest.raises(CertificateError, match=r"protected by a password\. Write one without: openssl pkey"):
        read_certificates(CertificateFiles(certificate, key))


def test_certificate_and_authorities_are_taken_up_when_they_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anops_model_interface.certificates.LOOK_EVERY", 0.0)
    earlier, later = trustme.CA(), trustme.CA()
    certificate, key = written(tmp_path, earlier, "own")
    clients = authority_file(tmp_path, earlier, "clients.pem")
    served = ServedCertificates(CertificateFiles(certificate, key, clients))
    of_earlier = client_context(
        CertificateFiles(*written(tmp_path, earlier, "earlier"), authority_file(tmp_path, earlier, "earlier-ca.pem"))
    )
    first = shown_by(served, of_earlier)

    written(tmp_path, later, "own")
    authority_file(tmp_path, later, "clients.pem")
    of_later = client_context(
        CertificateFiles(*written(tmp_path, later, "later"), authority_file(tmp_path, later, "later-ca.pem"))
    )
    assert shown_by(served, of_later)["serialNumber"] != first["serialNumber"]
    with pytest.raises(ssl.SSLError):
        shown_by(served, of_earlier)
    mixed = client_context(CertificateFiles(*written(tmp_path, earlier, "mixed"), tmp_path / "later-ca.pem"))
    with pytest.raises((ssl.SSLError, ConnectionError)):
        shown_by(served, mixed)


def test_what_can_not_be_used_later_leaves_what_was_before_in_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("anops_model_interface.certificates.LOOK_EVERY", 0.0)
    certificate, key = written(tmp_path, trustme.CA(), "own")
    served = ServedCertificates(CertificateFiles(certificate, key))
    before = served.current()
    certificate.write_text("half of a certi")
    os.utime(certificate, ns=(1, 1))
    assert served.current() == before
    assert "own.pem holds no certificate" in caplog.text
    assert "The certificates read before stay in force." in caplog.text
