"""The options that the commands about bundles share, and how its files are shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ao import messages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anops_control.bundles.artifact import Entry

Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="`oras://HOST/NAME:TAG`, or `…@sha256:DIGEST`.")]
Project = Annotated[Path | None, typer.Option("--project", metavar="DIR", help="The project; by default the one here.")]
Include = Annotated[
    list[str] | None,
    typer.Option(
        "--include",
        metavar="PATTERN",
        help="Further files below the project's folder. Can be given several times.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Write the result as JSON, for programs.")]

_KILO = 1000


def show(entries: Iterable[Entry]) -> None:
    """Write a line for each file."""
    for each in entries:
        messages.result(f"{size(each.size):>9}  {each.name}")


def size(count: int) -> str:
    """Say how many bytes there are."""
    number = float(count)
    for unit in ("B", "kB", "MB"):
        if number < _KILO:
            return f"{number:.3g} {unit}"
        number /= _KILO
    return f"{number:.3g} GB"
