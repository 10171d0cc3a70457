"""Who is let in to a project that is served on this computer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from anops_http.access.key_file import KeyFileError, hash_of, new_secret, read_keys
from anops_model_interface.certificates import CertificateError, CertificateFiles, read_certificates
from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.predicting.client import LOOPBACK

if TYPE_CHECKING:
    from pathlib import Path

_NONE = CertificateFiles()
KEYS = "keys.toml"
"""What a project's file of keys is called."""


@dataclass(frozen=True, slots=True)
class Door:
    """Who is let in.

    Attributes:
        keys: The file of keys; None: no key is needed.
        hosts: Names under which the service answers, with commas between them.
        allow_anyone: Whether other computers are let in without keys.
        certificates: The service's certificate and its key, for HTTPS.
        own_key: The key of whoever serves it, so that `ao predict` on this computer needs no other.
    """

    keys: Path | None = None
    hosts: str = ""
    allow_anyone: bool = False
    certificates: CertificateFiles = _NONE
    own_key: str | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        host: str,
        keys: Path | None,
        hosts: str,
        *,
        allow_anyone: bool,
        certificates: CertificateFiles = _NONE,
    ) -> Self:
        """Return who is let in at an address.

        Raises:
            CommandError: The file of keys or a certificate can't be used; or other computers would get in without a
                key, which nobody has said.
        """
        certificates = _checked(certificates)
        if keys is None:
            if host not in LOOPBACK and not allow_anyone:
                raise CommandError(
                    f"On {host} other computers can ask, and no key is needed.",
                    remedy="Make a key: ao key add NAME. Or let in whoever gets through: "
                    f"ao serve --host {host} --allow-anyone",
                    code=Code.USAGE,
                )
            return cls(None, hosts, allow_anyone, certificates)
        try:
            read_keys(keys)
        except KeyFileError as error:
            raise CommandError(
                str(error),
                remedy="Make a key with `ao key add NAME`, which writes such a file.",
                code=Code.FILE_UNREADABLE,
            ) from None
        return cls(keys.absolute(), hosts, allow_anyone, certificates, new_secret())

    def is_open_at(self, host: str) -> bool:
        """Say whether other computers that reach an address need no key."""
        return self.keys is None and host not in LOOPBACK

    def flags(self) -> dict[str, str]:
        """Return what the api-service is told."""
        told = {"--hosts": self.hosts, "--allow-anyone": str(self.allow_anyone).lower()}
        if self.keys is not None and self.own_key is not None:
            told |= {"--keys-file": str(self.keys), "--own-key-hash": hash_of(self.own_key)}
        if self.certificates:
            told |= {
                "--https-certificate": str(self.certificates.certificate),
                "--https-key": str(self.certificates.key),
            }
        return told


def _checked(files: CertificateFiles) -> CertificateFiles:
    if (files.certificate is None) != (files.key is None):
        raise CommandError(
            "A certificate and its key need each other.",
            remedy="Give both --https-certificate and --https-key.",
            code=Code.USAGE,
        )
    try:
        read_certificates(files)
    except CertificateError as error:
        raise CommandError(str(error), code=Code.FILE_UNREADABLE) from None
    if files.certificate is None or files.key is None:
        return files
    return CertificateFiles(files.certificate.absolute(), files.key.absolute())
