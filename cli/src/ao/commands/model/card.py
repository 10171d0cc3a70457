"""`ao model card`: what is known of a version, as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import Events
from anops_control.verbs.model.card import ModelCardRequest, run

from ao import messages

EPILOG = """
`ao model card demand@champion > card.md`  keep it in a file
"""


def card(
    address: Annotated[str, typer.Argument(metavar="MODEL", help="The version: NAME, NAME@ALIAS or NAME/VERSION.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write it as JSON.")] = False,
) -> None:
    """Write what is known of a version as a page in Markdown: its model card."""
    result = run(ModelCardRequest(folder=Path(), address=address), Events())
    if as_json:
        messages.result_json(result.to_dict())
        return
    messages.result(result.text.rstrip())
