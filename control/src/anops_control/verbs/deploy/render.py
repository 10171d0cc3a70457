"""Writes what an environment is made of as files that people read, review and keep."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from anops_control.deploying.failures import told_as_commands
from anops_control.deploying.finding import environments_of
from anops_control.deploying.forms import Form
from anops_control.deploying.rendering import RenderRequest, rendered, written
from anops_control.verbs.deploy.facts import DeployResult
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployRenderRequest:
    """Which environment, and where to."""

    folder: Path
    """The project's folder."""
    environment: str
    """The environment: a `[deployment.NAME]` of ao.toml."""
    form: Form | None = None
    """For an environment of Kubernetes, a form other than its provider's: for Argo CD, KServe or Azure."""
    repository: str | None = None
    """The address of the git repository that Argo CD follows."""
    path: str = "deploy"
    """The folder of that repository which the files are committed in."""
    image: str | None = None
    """The image of the model's service, such as one that was just pushed, by its digest; by default that of ao.toml."""
    model: str | None = None
    """The version that runs there, such as one that was just registered; by default that of ao.toml."""
    to: Path | None = None
    """The folder that the files go into; by default they are only listed."""


def run(request: DeployRenderRequest, events: Events) -> DeployResult:  # noqa: ARG001  as each verb has it
    """Return the files, by their paths; nothing is applied.

    Raises:
        CommandError: There is no such environment or version, a cluster would refuse it, or a file can't be written.
    """
    environments = environments_of(request.folder)
    with told_as_commands():
        wish = RenderRequest(
            form=request.form,
            repository=request.repository,
            path=request.path,
            image=request.image,
            model=request.model,
        )
        plan, files = rendered(environments, request.environment, wish)
    if request.to is not None:
        written(files, request.to)
    to = None if request.to is None else str(request.to)
    told = {"environment": request.environment, "plan": plan.id, "applied": False, "to": to, "files": files}
    return DeployResult(told)


VERB = Verb("deploy render", "Write an environment's configuration as files; nothing is applied.",
            DeployRenderRequest, run)  # fmt: skip
