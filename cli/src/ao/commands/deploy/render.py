"""`ao deploy render`: what an environment is made of, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.deploying.forms import Form  # noqa: TC002  Typer reads it
from anops_control.verbs.deploy.render import DeployRenderRequest, run

from ao import messages
from ao.commands.deploy.options import Environment, Json  # noqa: TC001  Typer reads them
from ao.presenting import presented


def render(
    environment: Environment,
    *,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="DIR", help="The folder that the files go into; by default they are shown."),
    ] = None,
    form: Annotated[
        Form | None,
        typer.Option("--as", help="The form for a tool that brings it up instead of ao, in a cluster."),
    ] = None,
    repository: Annotated[
        str | None, typer.Option("--repository", metavar="URL", help="The git repository that Argo CD follows.")
    ] = None,
    path: Annotated[
        str, typer.Option("--path", metavar="FOLDER", help="The folder in it that the files are committed in.")
    ] = "deploy",
    image: Annotated[
        str | None,
        typer.Option(
            "--image", metavar="IMAGE", help="The model's image, such as NAME@sha256:…, in place of ao.toml's."
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option("--model", metavar="MODEL", help="The version, such as NAME/3, in place of ao.toml's."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write what an environment is made of as files that people review and keep; nothing is applied.

    For Kubernetes these are a base and an overlay of Kustomize, for Docker a compose file. `--as` gives another form
    of what a cluster gets: an Application of Argo CD that follows them in git, an InferenceService of KServe, or
    registry, cluster and environment on Azure for Terraform or Pulumi.
    """
    with presented() as events:
        told = run(
            DeployRenderRequest(
                folder=Path(),
                environment=environment,
                form=form,
                repository=repository,
                path=path,
                image=image,
                model=model,
                to=to,
            ),
            events,
        ).to_dict()
    if as_json:
        messages.result_json(told)
        return
    for name, text in told["files"].items():
        messages.result(str(to / name) if to is not None else f"# {name}\n{text.rstrip()}")
    messages.note("Rendered, not applied.")
