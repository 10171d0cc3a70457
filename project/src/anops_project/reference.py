"""The project's reference rows: a few rows of its data and the answers that the model must give to them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from anops_project.frame_json import frame_from_json

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from anops_model_interface.frames import Frame

    from anops_project.project import Project

REFERENCE = "tests/reference.json"
"""Where a project keeps its reference rows and the answers to them."""
EXAMPLE = "tests/example.csv"
"""Where a project keeps rows to try it with, as a caller may send them."""
EXAMPLE_ROWS = 10
"""So many of the reference rows are told to who asks a service: to be shown, and to be compared with."""
EXAMPLE_VALUES = 20_000
"""Of wide rows so many values, but two rows at least."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Reference rows.

    Attributes:
        rows: The rows, in the schema's types, not yet checked against it.
        options: What is asked with them.
    """

    rows: Frame
    options: Mapping[str, Any]


def read_reference(project: Project) -> Reference | None:
    """Read a project's reference rows, or return None where it has none.

    Raises:
        AnOpsError: `BODY_SHAPE`: the file can't be read.
    """
    path = project.folder / REFERENCE
    if not path.is_file():
        return None
    try:
        written = json.loads(path.read_bytes())
        rows = frame_from_json(_used(written["rows"], project.schema.inputs), project.schema.inputs)
        return Reference(rows, written.get("options") or {})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
        raise AnOpsError(
            Code.BODY_SHAPE,
            f"Can't read {REFERENCE}: {what}.",
            remedy="Fix the file, or have it rewritten: ao check --accept-predictions",
        ) from error


def _used(rows: dict[str, Any], inputs: Container[str]) -> dict[str, Any]:
    """Leave out columns that the model does not take: a caller may send them too, and nobody knows their types."""
    columns: dict[str, list[object]] = rows["columns"]
    typed = rows.get("types") or {}
    used = {name: values for name, values in columns.items() if name in inputs or name in typed}
    if used or not columns:
        return {**rows, "columns": used}
    return {"columns": {}, "rows": len(next(iter(columns.values())))}


def example_rows(project: Project) -> str:
    """Return the first reference rows as JSON records; empty where the project has none that fit its schema."""
    try:
        read: Any = json.loads((project.folder / REFERENCE).read_text(encoding="utf-8"))
        columns: dict[str, list[object]] = read["rows"]["columns"]
        count = max(2, min(EXAMPLE_ROWS, EXAMPLE_VALUES // max(len(columns), 1)))
        wanted = {name: columns[name][:count] for name in project.schema.inputs}
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    rows = [dict(zip(wanted, values, strict=False)) for values in zip(*wanted.values(), strict=False)]
    return json.dumps(rows, ensure_ascii=False) if rows else ""
