"""Whether two versions take and give the same columns, so that either can answer a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_project.project import Project

from anops_control.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anops_model_interface.schema import ColumnSpec


def require_alike(champion: Path, challenger: Path) -> None:
    """Check that two versions can answer the same requests.

    Raises:
        CommandError: One takes or gives a column that the other does not, or another type.
    """
    one, other = Project.read(champion), Project.read(challenger)
    named = (one.project.name, other.project.name)
    faults = [
        *([f"The champion is called `{named[0]}`, the challenger `{named[1]}`."] if named[0] != named[1] else []),
        *_differing("takes", one.schema.inputs, other.schema.inputs),
        *_differing("gives", one.schema.outputs, other.schema.outputs),
    ]
    if faults:
        raise CommandError(
            f"Versions {one.project.version} and {other.project.version} of `{one.project.name}` can't share requests.",
            details=faults,
            remedy="Deploy the challenger to an environment of its own, with callers that send what it takes.",
            code=Code.USAGE,
        )


def _differing(verb: str, one: Mapping[str, ColumnSpec], other: Mapping[str, ColumnSpec]) -> list[str]:
    faults = []
    for name in [*one, *(each for each in other if each not in one)]:
        first, second = (specs[name].type if name in specs else None for specs in (one, other))
        if first != second:
            faults.append(f"The champion {verb} `{name}` {_as(first)}, the challenger {_as(second)}.")
    return faults


def _as(type_: str | None) -> str:
    return "not at all" if type_ is None else f"as {type_}"
