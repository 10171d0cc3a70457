"""`ao model show`: what is known of a version."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from anops_control.events import Events
from anops_control.verbs.model.show import ModelShowRequest, run

from ao import messages

if TYPE_CHECKING:
    from anops_control.verbs.model.show import ModelShowResult

EPILOG = """
`ao model show demand`  the newest version

`ao model show demand@champion`, `ao model show demand/3`  the version of an alias, or that number
"""


def show(
    address: Annotated[
        str, typer.Argument(metavar="MODEL", help="The version: NAME, NAME@ALIAS, NAME/VERSION or runs:/ID/model.")
    ],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write it as JSON, for programs.")] = False,
) -> None:
    """Show what is known of a version: its project, columns, aliases, digest, run, and what its promotion showed."""
    found = run(ModelShowRequest(folder=Path(), address=address), Events())
    if as_json:
        messages.result_json(found.to_dict())
        return
    for key, value in _facts(found):
        if value:
            messages.result(f"{key:<12} {value}")


def _facts(found: ModelShowResult) -> list[tuple[str, str]]:
    version, about = found.version, found.project.project
    facts = []
    if version is not None:
        created = datetime.fromtimestamp(version.created / 1000, UTC)
        facts = [
            ("model", version.model),
            ("version", str(version.number)),
            ("aliases", ", ".join(version.aliases)),
            ("registered", f"{created:%Y-%m-%d %H:%M} UTC"),
            ("digest", version.tags.get("anops.digest", "")),
            ("run", version.run),
            ("description", version.description),
            *((key, value) for key, value in version.tags.items() if not key.startswith(("anops.", "mlflow."))),
        ]
    inputs = ", ".join(f"{name} ({spec.type})" for name, spec in found.project.schema.inputs.items())
    outputs = ", ".join(f"{name} ({spec.type})" for name, spec in found.project.schema.outputs.items())
    return [
        *facts,
        ("project", f"{about.name} {about.version}, {'R' if about.language == 'r' else 'Python'}"),
        ("takes", inputs),
        ("answers", outputs),
        ("promotion", str(found.report.get("says", ""))),
    ]
