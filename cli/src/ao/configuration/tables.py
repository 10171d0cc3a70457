"""The whole of `ao.toml` as one pydantic class, so that all its faults are found together."""

from __future__ import annotations

from anops_project.project import ModelSection, ProjectSection, Section, ServiceSection
from pydantic import ConfigDict, Field

from ao.configuration.sections.check import CheckSection
from ao.configuration.sections.image import ImageSection
from ao.configuration.sections.task import TaskSection  # noqa: TC001  pydantic reads the annotation


class Tables(Section):
    """Describes an AnOps model project: what the model is, and how it is served."""

    model_config = ConfigDict(title="ao.toml")

    project: ProjectSection = Field(description="What the model is called and what it is written in.")
    model: ModelSection = Field(description="The fitted model and the contract of its data.")
    service: ServiceSection = Field(default_factory=ServiceSection, description="How the model is served.")
    image: ImageSection = Field(default_factory=ImageSection, description="The container image.")
    check: CheckSection = Field(default_factory=CheckSection, description="What the project must reach.")
    tasks: dict[str, TaskSection] = Field(default_factory=dict, description="What `ao run` can do.")
