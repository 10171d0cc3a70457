"""What a diagnosis finds in the output of a step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anops_model_interface.codes import Code


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a person asked for.

    Attributes:
        folder: The project's folder.
        debian_packages: The names in `[image] debian_packages` and `r_build_packages`, with their key.
        platform: What `--platform` named.
    """

    folder: Path
    debian_packages: Mapping[str, str] = field(default_factory=dict)
    platform: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Why a step failed.

    Attributes:
        message: What happened.
        remedy: How to fix it.
        code: What kind of failure it is.
        lines: What is shown of the step's output; None for its last lines.
    """

    message: str
    remedy: str
    code: Code
    lines: tuple[str, ...] | None = None
