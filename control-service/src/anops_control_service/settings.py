"""What the control service is told when it starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from anops_http.door_settings import DoorSettings

if TYPE_CHECKING:
    from pathlib import Path

HOST = "127.0.0.1"
"""It listens on this computer alone: whoever may ask it may run code."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the service is told.

    Attributes:
        root: The folder of all projects, absolute.
        jobs: How many jobs run side by side; the others wait.
        max_upload_bytes: How large a file may be.
        host: Where it listens; another one only in a container, which then says who reaches it, or with a certificate.
        door: Names, certificate and identity provider.
    """

    root: Path
    jobs: int = 2
    max_upload_bytes: int = 1 << 30
    host: str = HOST
    door: DoorSettings = field(default_factory=DoorSettings)

    @property
    def own(self) -> Path:
        """The service's own folder in the root: no project can have its name."""
        return self.root / ".anops-control"

    @property
    def environments(self) -> Path:
        """Where the environments of projects are kept."""
        return self.own / "environments"
