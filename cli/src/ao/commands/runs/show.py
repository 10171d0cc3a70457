"""`ao runs show`: what is known of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from anops_control.events import Events
from anops_control.verbs.runs.show import RunsShowRequest, run

from ao import messages


def show(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="Its id, the start of it, or its name.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write it as JSON, for programs.")] = False,
) -> None:
    """Show what is known of a run: parameters, metrics, circumstances, files."""
    found = run(RunsShowRequest(folder=Path(), run=run_id), Events())
    if as_json:
        messages.result_json(found.to_dict())
        return
    told = found.to_dict()
    messages.result(f"{found.run.name} ({found.run.id}): {found.run.status.lower()}")
    for title in ("parameters", "metrics", "tags"):
        for key, value in told[title].items():
            messages.result(f"{title.removesuffix('s'):<10} {key} = {value}")
    for file in found.files:
        messages.result(f"{'file':<10} {file}")
