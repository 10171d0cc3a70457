"""`ao version`: what is at work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import Events
from anops_control.verbs.version import VersionRequest, run

from ao import messages
from ao.places import tell_places


def version(
    *, as_json: Annotated[bool, typer.Option("--json", help="Write the result as JSON, for programs.")] = False
) -> None:
    """Show the versions of AnOps, of the Python and R that load models, and of the project's model.

    AnOps has one version: of `ao`, of its services and their images, and of the REST interface. It also shows where
    versions, runs and workspaces are kept.
    """
    found = run(VersionRequest(folder=Path()), Events())
    if as_json:
        messages.result_json(found.to_dict())
        return
    messages.result(f"AnOps {found.anops}")
    messages.result(f"Python {found.python.version} at {found.python.path}")
    messages.result(f"R {found.r.version} at {found.r.path}" if found.r else "R: none on PATH")
    if found.model:
        model = found.model
        fitted = f", fitted {model.fitted}" if model.fitted else ""
        digest = f", SHA-256 {model.sha256[:12]}" if model.sha256 else ""
        language = {"r": "R", "python": "Python"}[model.language]
        messages.result(f"Model {model.name} {model.version} ({language}){fitted}{digest}")
    tell_places(found.kept, found.providers)
