"""`ao extra add`: adds something to `ao`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  Typer reads the annotation
from typing import Annotated

import typer
from anops_control.verbs.extra.add import ExtraAddRequest, run

from ao import messages
from ao.presenting import presented

EPILOG = """
`ao extra add r`  load and serve R models

`ao extra add r --wheels dist`  take everything from the folder `dist`, without any network
"""


def add(
    name: Annotated[str, typer.Argument(help="The extra, such as r or data. `ao extra list` names them all.")],
    *,
    wheels: Annotated[
        Path | None,
        typer.Option(
            "--wheels",
            metavar="DIR",
            help="Take everything from this folder of wheels. By default, what the installation of `ao` has not kept "
            "comes from an index of packages.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write what was added as JSON.")] = False,
) -> None:
    """Add an extra to the environment that `ao` itself runs in, whoever made it: pip, uv or `make install`.

    Your projects' environments stay as they are.
    """
    with presented() as events:
        result = run(ExtraAddRequest(name=name, wheels=wheels), events)
    if as_json:
        messages.result_json(result.to_dict())
    elif result.added:
        versions = ", ".join(f"{each} {result.versions[each]}" for each in result.added)
        messages.success(f"Added {versions}. The extra `{name}` brings {result.brings}.")
    else:
        messages.success(f"The extra `{name}` is there already. It brings {result.brings}.")
