"""`ao model register`: keeps the project's model as a new version."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.verbs.model.register import ModelRegisterRequest, run
from anops_model_interface.codes import Code

from ao import messages
from ao.presenting import presented, signals_interrupt

EPILOG = """
A version is the whole project with the digest of each file, and never changes. It is kept below `.anops`, or by the
MLflow server that `uri` under `[tracking]` of ao.toml names.

`ao model register`  keep the model of this project

`ao model register --alias challenger --tag reviewed=yes`  let an alias point to it, and say something of it

`ao serve models:/NAME@champion`  serve whatever version that alias points to
"""


def register(
    *,
    name: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Its name in the registry; by default the project's.", show_default=False),
    ] = None,
    alias: Annotated[
        str | None,
        typer.Option(metavar="ALIAS", help="Let this alias point to the new version.", show_default=False),
    ] = None,
    description: Annotated[str, typer.Option(metavar="TEXT", help="A text about it.", show_default=False)] = "",
    tag: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="A further fact about it; can be repeated.", show_default=False),
    ] = None,
    run_id: Annotated[
        str | None, typer.Option("--run", metavar="ID", help="The run that it came from.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the version as JSON.")] = False,
) -> None:
    """Store the project as a new version."""
    request = ModelRegisterRequest(
        folder=Path(), name=name, alias=alias, description=description, tags=_tags(tag or ()), run=run_id
    )
    with signals_interrupt(), presented() as events:
        result = run(request, events)
    if as_json:
        messages.result_json(result.to_dict())
        return
    version = result.version
    if result.is_new:
        messages.success(
            f"{version.model}, version {version.number}: {result.files} {'file' if result.files == 1 else 'files'}, "
            f"kept in {result.where}."
        )
    messages.next_step(f"ao serve {quoted(version.model, version.number)}")


def quoted(model: str, number: int) -> str:
    """Return the address of a version as it is typed in a shell."""
    import shlex  # noqa: PLC0415  for a line alone

    return shlex.quote(f"models:/{model}/{number}")


def _tags(given: list[str] | tuple[str, ...]) -> dict[str, str]:
    from anops_control.errors import CommandError  # noqa: PLC0415  for a refusal alone

    tags = {}
    for each in given:
        key, equals, value = each.partition("=")
        if not equals or not key.strip() or key.startswith(("anops.", "mlflow.")):
            raise CommandError(
                f"`--tag {each}` must be KEY=VALUE, and its key not begin with `anops.` or `mlflow.`.", code=Code.USAGE
            )
        tags[key.strip()] = value
    return tags
