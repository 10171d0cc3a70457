"""When and on what a model was fitted, as `[model]` of ao.toml says it for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_project.project import CONFIG_NAME, Project
from anops_project.recorded import fitted_at

from anops_control.configuration.editing import apply_edits
from anops_control.findings import REMOVED, Edit

if TYPE_CHECKING:
    from pathlib import Path


def edits_of_fit(file: Path, fitted_on: str) -> list[Edit]:
    """Return what a new fit changes there; what was said of the fit before it goes.

    Args:
        file: The new fitted model, as it was written.
        fitted_on: What its object says it was fitted on; empty: nothing.
    """
    return [Edit(("model", "fitted"), fitted_at(file)), Edit(("model", "fitted_on"), fitted_on or REMOVED)]


def note_training(folder: Path, run: str) -> None:
    """Write which training has fitted the model, beside what its object says.

    Args:
        folder: The project's folder.
        run: The training's name.
    """
    known = Project.read(folder).model.fitted_on
    said = f"training {run}"
    apply_edits(folder / CONFIG_NAME, [Edit(("model", "fitted_on"), f"{known} ({said})" if known else said)])
