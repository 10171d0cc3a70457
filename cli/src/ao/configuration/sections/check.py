"""`[check]`: what a project must reach to pass its checks."""

from __future__ import annotations

from anops_project.project import Section
from pydantic import Field


class CheckSection(Section):
    """How strict the checks are."""

    coverage: float = Field(
        default=80.0, ge=0, le=100, description="Percent of the code's lines that the tests must run."
    )
    tolerance: float = Field(
        default=1e-8, gt=0, lt=1, description="How far a prediction may be from its reference, relative to its size."
    )
    skip: dict[str, str] = Field(
        default_factory=dict, description="Rules of `ao check` to leave out, each with the reason why."
    )
