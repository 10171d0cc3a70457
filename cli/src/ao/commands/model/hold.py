"""`ao model hold`: an alias stays where it is, or a version gets none."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import Events
from anops_control.verbs.model.hold import ModelHoldRequest, run

from ao import messages

EPILOG = """
`ao model hold demand --reason "audit until Friday"`  whatever is fitted meanwhile, `champion` stays where it is

`ao model hold demand/3`  version 3 gets no alias

`ao model hold demand --release`  take it back
"""


def hold(
    address: Annotated[
        str, typer.Argument(metavar="MODEL", help="The model, whose alias stays; or NAME/VERSION, which gets none.")
    ],
    *,
    alias: Annotated[str, typer.Option(metavar="ALIAS", help="Which alias stays where it is.")] = "champion",
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, for whoever meets it.", show_default=False)] = "",
    release: Annotated[bool, typer.Option("--release", help="Take the hold back.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write it as JSON.")] = False,
) -> None:
    """Hold an alias where it is, or a version back: neither a person nor a retraining promotes it meanwhile."""
    request = ModelHoldRequest(folder=Path(), address=address, alias=alias, reason=reason, release=release)
    result = run(request, Events())
    if as_json:
        messages.result_json(result.to_dict())
        return
    what = (
        f"{result.alias} of {result.model}" if result.version is None else f"Version {result.version} of {result.model}"
    )
    messages.success(f"{what} is {'held' if result.hold is not None else 'free again'}.")
