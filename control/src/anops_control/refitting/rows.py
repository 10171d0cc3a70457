"""The reference rows of a model that was refitted: the old ones as far as they still fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_model_interface.errors import AnOpsError
from anops_model_interface.validation import validate_frame
from anops_project.frame_json import frame_to_json
from anops_project.reference import EXAMPLE, REFERENCE, read_reference

from anops_control.accepting import rows_of
from anops_control.init.reference_files import example_csv, reference_json, without_gap
from anops_control.json_files import object_in
from anops_control.model_process import reproduce

if TYPE_CHECKING:
    from pathlib import Path

    from anops_model_interface.frames import Frame
    from anops_project.description import Description
    from anops_project.project import Project

    from anops_control.tables.dialect import Asked


@dataclass(frozen=True, slots=True)
class Renewed:
    """Reference rows.

    Attributes:
        told: What became of them, in a few words.
        rows: The rows, as JSON has them; None where there are none.
        predictions: The answers, likewise.
        before: The rows and answers before, where the rows are the same.
        by_chance: Whether the answers are not the same each time.
        was_by_chance: Whether those before were not.
    """

    told: str
    rows: dict[str, Any] | None = None
    predictions: dict[str, Any] | None = None
    before: dict[str, Any] | None = None
    by_chance: bool = False
    was_by_chance: bool = False


def renew_rows(
    stage: Path, project: Project, description: Description, data: Path | None, written: Asked | None = None
) -> Renewed:
    """Write the reference rows and the example of a staged project, and the answers of now.

    Args:
        stage: The staged project's folder.
        project: The staged project, its `ao.toml` renewed.
        description: What the model says of itself.
        data: A person's rows, where some are given.
        written: What the person says of how these are written.

    Raises:
        AnOpsError: The model fails on them.
    """
    path = stage / REFERENCE
    before = object_in(path)
    rows, told = _rows(project, description, data, written)
    if rows is None:
        path.unlink(missing_ok=True)
        reproduce(project)  # tries it with rows made from ao.toml
        return Renewed("there are none that fit")
    path.parent.mkdir(exist_ok=True)
    options = {name: value for name, value in (before.get("options") or {}).items() if name in project.schema.options}
    as_json = frame_to_json(rows)
    path.write_text(reference_json(as_json, {"columns": {}, "rows": 0}, options), encoding="utf-8")
    answered = reproduce(project)
    predictions = frame_to_json(answered.predictions) if answered.predictions is not None else {"columns": {}}
    text = reference_json(as_json, predictions, options, by_chance=answered.by_chance)
    path.write_text(text, encoding="utf-8")
    same = (before.get("rows") or {}).get("columns") == as_json["columns"]
    if not same or not (stage / EXAMPLE).is_file():
        (stage / EXAMPLE).write_text(example_csv(without_gap(as_json)), encoding="utf-8")
    return Renewed(
        told,
        as_json,
        predictions,
        before if same else None,
        by_chance=answered.by_chance,
        was_by_chance=before.get("by_chance") is True,
    )


def write_example(stage: Path) -> None:
    """Write the reference rows as the example: a model that does not say its columns is asked with them."""
    try:
        text = example_csv(without_gap(object_in(stage / REFERENCE)["rows"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        return  # there are none, or the file is broken
    if text.strip():
        (stage / EXAMPLE).write_text(text, encoding="utf-8")


def _rows(
    project: Project, description: Description, data: Path | None, written: Asked | None
) -> tuple[Frame | None, str]:
    if data is not None:
        return rows_of(data, project, written), f"from {data.name}"
    kept = _fitting(project)
    if kept is not None:
        rows, of = kept
        return rows, "the same" if rows.rows == of else f"{rows.rows} of {of}, those that still fit"
    if description.rows is not None and description.predictions is not None:
        return description.rows, "new, from the model itself"
    if (project.folder / EXAMPLE).is_file():
        try:
            return rows_of(project.folder / EXAMPLE, project), f"from {EXAMPLE}"
        except AnOpsError:
            return None, ""
    return None, ""


def _fitting(project: Project) -> tuple[Frame, int] | None:
    """Return the rows that were there and still fit, in the columns of now."""
    try:
        reference = read_reference(project)
    except AnOpsError:
        return None
    if reference is None or not set(project.schema.inputs) <= set(reference.rows.names()):
        return None
    fitting = [row for row in range(reference.rows.rows) if _fits(reference.rows.at([row]), project)]
    if not fitting:
        return None
    chosen = reference.rows.at(fitting)
    columns = tuple(chosen[name] for name in project.schema.inputs)
    return type(chosen)(columns, chosen.rows), reference.rows.rows


def _fits(row: Frame, project: Project) -> bool:
    try:
        validate_frame(row, project.schema)
    except AnOpsError:
        return False
    return True
