"""`ao deploy render`: what an environment is made of, as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
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
    as_json: Json = False,
) -> None:
    """Write what an environment is made of as files that people review and keep; nothing is applied.

    For Kubernetes these are a base and an overlay of Kustomize, for Docker a compose file.
    """
    with presented() as events:
        told = run(DeployRenderRequest(folder=Path(), environment=environment, to=to), events).to_dict()
    if as_json:
        messages.result_json(told)
        return
    for path, text in told["files"].items():
        messages.result(str(to / path) if to is not None else f"# {path}\n{text.rstrip()}")
    messages.note("Rendered, not applied.")
