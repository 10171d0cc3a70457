"""How curl asks a service on this computer whose certificate names it otherwise, or that no system knows."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pathlib import Path


def asked_by_curl(url: str, certificate: Path | None) -> tuple[str, str]:
    """Return the address and the flags, as typed in a shell.

    Args:
        url: The address of the service on this computer.
        certificate: Its certificate; None: it answers over HTTP.
    """
    if certificate is None:
        return url, ""
    # imported here, not above: most services have none
    from cryptography import x509  # noqa: PLC0415

    flags = f"--cacert {shlex.quote(str(certificate))} "
    read = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
    try:
        of = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return url, flags
    names = of.get_values_for_type(x509.DNSName)
    host, port = urlsplit(url).hostname or "", urlsplit(url).port
    if host in {str(address) for address in of.get_values_for_type(x509.IPAddress)} or not names:
        return url, flags
    if "localhost" in names:
        return f"https://localhost:{port}", flags
    name = names[0].replace("*", "models")
    return f"https://{name}:{port}", f"{flags}--resolve {name}:{port}:{host} "
