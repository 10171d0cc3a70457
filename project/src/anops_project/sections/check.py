"""`[check]`: what a project must reach to pass its checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from anops_model_interface.tables import key

from anops_project.section import About, Section


@dataclass(frozen=True, kw_only=True)
class CheckSection(Section):
    """How strict the checks are."""

    about: ClassVar = About("check", 5, "What `ao check` and `ao build` require of the project.")

    coverage: float = key("Percent of the code's lines that the tests must run.", default=80.0, ge=0, le=100)
    tolerance: float = key(
        "How far a prediction may be from its reference, relative to its size.", default=1e-8, gt=0, lt=1
    )
    skip: dict[str, str] = key("Rules of `ao check` to leave out, each with the reason why.", default_factory=dict)
