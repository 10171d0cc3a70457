"""The project templates: where they are, the values of their example, and how they are rendered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anops_project.sections.project import Language

_IN_THE_WHEEL = Path(__file__).parents[1] / "templates"
_IN_THE_REPOSITORY = Path(__file__).parents[4] / "cookiecutters"

EXAMPLE_FILES = frozenset({"train.R", "train.py", "test-train.R", "test_train.py", "MLproject"})
"""Files that only the example has."""


def template_of(language: Language) -> Path:
    """Return the folder of a language's cookiecutter."""
    home = _IN_THE_WHEEL if _IN_THE_WHEEL.is_dir() else _IN_THE_REPOSITORY
    return home / language


def series_files(language: Language) -> tuple[Path, ...]:
    """Return the files of the example of a series: a training script, and its data."""
    home = template_of(language).parent / "series"
    return home / language / ("train.R" if language == "r" else "train.py"), home / "series.csv"


def example_values(language: Language) -> dict[str, Any]:
    """Return the values of the template's example."""
    read: dict[str, Any] = json.loads((template_of(language) / "cookiecutter.json").read_text(encoding="utf-8"))
    return read


def render(language: Language, values: dict[str, Any], target: Path) -> Path:
    """Render a template.

    Args:
        language: Which one.
        values: A value for each key of its `cookiecutter.json`.
        target: An empty folder.

    Returns:
        The rendered project, inside the target.
    """
    from cookiecutter.generate import generate_files  # noqa: PLC0415  slow to import

    return Path(generate_files(template_of(language), {"cookiecutter": values}, output_dir=target, accept_hooks=False))
