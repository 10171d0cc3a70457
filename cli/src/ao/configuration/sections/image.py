"""`[image]`: the container image that is built from the project."""

from __future__ import annotations

from anops_model_service.project import Section
from pydantic import Field


class ImageSection(Section):
    """Where the image goes."""

    repository: str | None = Field(
        default=None,
        description="The image's name with its registry, such as `registry.example.com/team/mtcars-mpg`.",
    )
