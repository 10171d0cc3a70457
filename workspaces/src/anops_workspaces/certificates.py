"""The certificate by which scheduler, workers and clients of a workspace know each other."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from distributed.security import Security

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "tls"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that is its own authority: who has its key belongs to the workspace.

    Attributes:
        certificate: The file of the certificate.
        key: The file of the key, which only its owner can read.
    """

    certificate: Path
    key: Path

    @classmethod
    def below(cls, place: Path) -> Certificate:
        """Return where it is in the folder of a workspace."""
        return cls(place / FOLDER / "certificate.pem", place / FOLDER / "key.pem")

    @classmethod
    def make(cls, place: Path) -> Certificate:
        """Make a new one below the folder of a workspace; it holds for a year."""
        made, temporary = cls.below(place), Security.temporary()  # type: ignore[no-untyped-call]
        made.key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made.certificate.write_text(temporary.tls_ca_file, encoding="ascii")
        made.key.unlink(missing_ok=True)
        descriptor = os.open(made.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(temporary.tls_client_key)
        return made

    def fingerprint(self) -> str:
        """Return what tells it from all others; nothing where it was not made yet."""
        if not self.certificate.exists():
            return ""
        return hashlib.sha256(self.certificate.read_bytes()).hexdigest()[:16]

    def security(self) -> Security:
        """Return what Dask needs to use it: nothing goes unencrypted, and who has no key is refused."""
        parts = {
            f"tls_{role}_{what}": str(path)
            for role in ("scheduler", "worker", "client")
            for what, path in (("cert", self.certificate), ("key", self.key))
        }
        return Security(require_encryption=True, tls_ca_file=str(self.certificate), **parts)  # type: ignore[no-untyped-call]
