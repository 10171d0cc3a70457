"""The project's reference rows: a few rows of its data and the answers that the model must give to them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anops_model_service.project import Project

REFERENCE = "tests/reference.json"
EXAMPLE_ROWS = 2


def example_rows(project: Project) -> str:
    """Return the first reference rows as JSON records; empty where the project has none that fit its schema."""
    try:
        read: Any = json.loads((project.folder / REFERENCE).read_text(encoding="utf-8"))
        columns: dict[str, list[object]] = read["rows"]["columns"]
        wanted = {name: columns[name][:EXAMPLE_ROWS] for name in project.schema.inputs}
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    rows = [dict(zip(wanted, values, strict=False)) for values in zip(*wanted.values(), strict=False)]
    return json.dumps(rows, ensure_ascii=False) if rows else ""
