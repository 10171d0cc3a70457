"""Renders an environment as files, and writes them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_project.sections.deployment import is_an_image

from anops_control.deploying import forms
from anops_control.deploying.planning import Plan, planned
from anops_control.deploying.providers.provider import Home, provider_of
from anops_control.deploying.record import Record
from anops_control.errors import CommandError
from anops_control.file_failures import file_failure
from anops_control.standing.kept import write_whole
from anops_control.standing.secrets_in import secrets_in

if TYPE_CHECKING:
    from pathlib import Path

    from anops_control.deploying.finding import Environments
    from anops_control.deploying.ir import Ir


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderRequest:
    """How files are rendered.

    Attributes:
        form: One of `forms.FORMS`; None: the provider's own.
        repository: The git repository that Argo CD follows.
        path: The folder in it that the files are written into.
        image: The image of the model's service, in place of that of ao.toml.
        model: The version, in place of that of ao.toml.
    """

    form: str | None = None
    repository: str | None = None
    path: str = ""
    image: str | None = None
    model: str | None = None


def rendered(environments: Environments, name: str, request: RenderRequest) -> tuple[Plan, dict[str, str]]:
    """Return what would be applied now, and its files by their paths.

    Raises:
        CommandError: There is no such environment or version, or the form does not suit it.
        StandingError: The provider can't take it.
    """
    if request.model is not None:
        section = replace(environments.section(name), model=request.model, challenger=None)
        environments = replace(environments, sections={**environments.sections, name: section})
    plan = planned(environments, name, Record(environments.folder, name))
    _require_suited(plan.ir, name, request)
    if request.image is not None:
        ir = replace(plan.ir, image=request.image)
        form = provider_of(ir).build(ir, Home(environments.folder, Record(environments.folder, name).place))
        plan = replace(plan, ir=ir, form=form)
    if request.form is None:
        return plan, provider_of(plan.ir).render(plan.ir, plan.form)
    return plan, forms.files(request.form, plan.ir, plan.form["objects"], request.repository or "", request.path)


def _require_suited(ir: Ir, name: str, request: RenderRequest) -> None:
    """Check that an environment can be rendered as wished.

    Raises:
        CommandError: It can't.
    """
    if request.form is not None and ir.provider != "kubernetes":
        raise CommandError(
            f"The environment `{name}` can't be rendered as {request.form}: it runs by `{ir.provider}`.",
            remedy=f'Let it be for a cluster: provider = "kubernetes" under [deployment.{name}] in ao.toml.',
            code=Code.USAGE,
        )
    if request.form == "argo-cd" and not request.repository:
        raise CommandError(
            "Argo CD follows a git repository, and none is named.",
            remedy="Name it: --repository https://git.example.org/team/models.git",
            code=Code.USAGE,
        )
    if secrets := list(secrets_in(request.repository, "repository")):
        raise CommandError(
            "The address of the repository holds a secret; the Application must hold none.",
            details=secrets,
            remedy="Leave it out, and tell Argo CD: argocd repo add",
            code=Code.USAGE,
        )
    if request.image is not None:
        if ir.image is None:
            raise CommandError(f"The environment `{name}` has no image: it runs by `{ir.provider}`.", code=Code.USAGE)
        try:
            is_an_image(request.image)
        except ValueError as error:
            raise CommandError(f"`{request.image}` {error}.", code=Code.USAGE) from error


def written(files: dict[str, str], folder: Path) -> None:
    """Write files into a folder, each whole.

    Raises:
        CommandError: One can't be written.
    """
    for path, text in files.items():
        file = folder / path
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, text)
        except OSError as error:
            raise file_failure(error, file) or CommandError(
                f"Can't write `{file}`: {error.strerror}.", code=Code.FILE_UNWRITABLE
            ) from error
