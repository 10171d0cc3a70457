"""What a diagnosis finds in the output of a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ao.exit_codes import ExitCode


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a person asked for.

    Attributes:
        folder: The project's folder.
        debian_packages: `[image] debian_packages`.
        platform: What `--platform` named.
    """

    folder: Path
    debian_packages: tuple[str, ...] = ()
    platform: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Why a step failed.

    Attributes:
        message: What happened.
        remedy: How to mend it.
        exit_code: How the command ends.
    """

    message: str
    remedy: str
    exit_code: ExitCode
