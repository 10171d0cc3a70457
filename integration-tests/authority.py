"""An authority of certificates for a test, and what it issues as files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import trustme

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Authority:
    """Issues certificates into a folder."""

    folder: Path
    _made: trustme.CA = field(default_factory=trustme.CA)

    @property
    def file(self) -> Path:
        """Its own certificate."""
        path = self.folder / "ca.pem"
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            self._made.cert_pem.write_to_path(path)
        return path

    def issue(self, name: str, *hosts: str) -> tuple[str, str]:
        """Write a certificate and its key, each at once; return where."""
        self.folder.mkdir(parents=True, exist_ok=True)
        pair = self._made.issue_cert(*(hosts or ("127.0.0.1",)))
        content = {"pem": b"".join(blob.bytes() for blob in pair.cert_chain_pems), "key": pair.private_key_pem.bytes()}
        for kind, data in content.items():
            (self.folder / f"{name}.{kind}.new").write_bytes(data)
        for kind in content:
            (self.folder / f"{name}.{kind}.new").replace(self.folder / f"{name}.{kind}")
        return str(self.folder / f"{name}.pem"), str(self.folder / f"{name}.key")
