"""`ao model list`: the models of the registry, or the versions of one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from anops_control.events import Events
from anops_control.verbs.model.list import ModelListRequest, run

from ao import messages

if TYPE_CHECKING:
    from anops_control.tracking.port import RegisteredModel, Version


def list_(
    model: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A model, whose versions are listed.", show_default=False)
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write them as JSON, for programs.")] = False,
) -> None:
    """List the models of the registry, or the versions of one, the newest first."""
    found = run(ModelListRequest(folder=Path(), model=model), Events())
    if as_json:
        messages.result_json(found.to_dict())
        return
    if not found.models:
        messages.note(f"No model is registered yet in {found.where}.")
        messages.next_step("ao model register")
        return
    if model is None:
        messages.result_rows(("model", "aliases", "description"), [_model(each) for each in found.models])
        return
    headings = ("version", "aliases", "registered", "language", "project", "digest", "description")
    messages.result_rows(headings, [_version(each) for each in found.versions])


def _model(model: RegisteredModel) -> tuple[str, ...]:
    aliases = ", ".join(f"{alias} → {number}" for alias, number in sorted(model.aliases.items()))
    return (model.name, aliases, model.description)


def _version(version: Version) -> tuple[str, ...]:
    tags = version.tags
    return (
        str(version.number),
        ", ".join(version.aliases),
        f"{datetime.fromtimestamp(version.created / 1000, UTC):%Y-%m-%d %H:%M}",
        tags.get("anops.language", ""),
        tags.get("anops.version", ""),
        tags.get("anops.digest", "")[7:19],
        version.description,
    )
