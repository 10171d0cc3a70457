"""A model that vetiver has pinned to a board, in R or Python: a folder with `data.txt` and the model beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml
from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.init.elsewhere.brought import Brought, write_rows
from anops_control.init.intake import take_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anops_project.sections.project import Language

_META = "data.txt"
_LANGUAGES: dict[str, Language] = {"rds": "r", "joblib": "python"}
"""As what pins of R and of Python hold their models."""


def is_pin(model: Path) -> bool:
    """Say whether a person named a pin: its folder on the board, or that of one of its versions."""
    return _version_of(model) is not None


def bring(model: Path, folder: Path, stage: Path) -> Brought:
    """Take in a model.

    Args:
        model: The folder of the pin, of which the newest version is taken, or that of a version.
        folder: The project's folder.
        stage: An empty folder for what is made of it.

    Raises:
        CommandError: It can't be read, or holds no model.
    """
    place = (_version_of(model) or model).resolve()
    told = _told(place)
    kind, file = str(told.get("type")), told.get("file")
    if kind not in _LANGUAGES or not isinstance(file, str) or not (place / file).is_file():
        raise CommandError(
            f"The pin `{model}` holds no model: it is of type {kind}.",
            remedy="Name a pin that vetiver_pin_write() wrote, in R (type rds) or in Python (type joblib).",
            code=Code.MODEL_LOAD,
        )
    of_vetiver: Mapping[str, Any] = (told.get("user") or {}).get("vetiver_meta") or told.get("user") or {}
    name, data = place.parent.name, _row(of_vetiver, stage)
    return Brought(
        take_in(place / file, _LANGUAGES[kind], folder),
        data,
        "Its reference row is the one that the pin keeps: give more with --data FILE.csv." if data else "",
        notes=(f"It is version {place.name} of the pin `{name}`.",),
    )


def _version_of(model: Path) -> Path | None:
    """Return the folder of the version that is meant; None where it is no pin."""
    if (model / _META).is_file():
        return model
    # a board keeps each version in a folder that begins with its time
    versions = sorted(path.parent for path in model.glob(f"*/{_META}")) if model.is_dir() else []
    return versions[-1] if versions else None


def _told(place: Path) -> Mapping[str, Any]:
    """Return what a pin says of itself.

    Raises:
        CommandError: It can't be read.
    """
    try:
        told = yaml.safe_load((place / _META).read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CommandError(
            f"`{place / _META}` can't be read as YAML, in which pins write it.", code=Code.MODEL_LOAD
        ) from error
    return told if isinstance(told, dict) else {}


def _row(of_vetiver: Mapping[str, Any], stage: Path) -> Path | None:
    """Write the row that a pin of Python keeps as its prototype; None where there is none with names."""
    kept = of_vetiver.get("prototype") or of_vetiver.get("ptype")
    try:
        row = json.loads(kept) if isinstance(kept, str) else None
    except ValueError:
        return None
    if not isinstance(row, dict) or not row or all(name.isdecimal() for name in row) or None in row.values():
        return None
    path = stage / "prototype.csv"
    fractions = frozenset(name for name, value in row.items() if isinstance(value, float))
    write_rows(path, list(row), [list(row.values())], fractions)
    return path
