"""Finds an experiment: `[experiments.NAME]` of the project, with what a person changes of it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.ao_toml import AoToml
from anops_project.project import CONFIG_NAME, tables_in
from anops_project.sections.calibrations import CalibrationSection
from anops_project.sections.experiments import ExperimentSection
from pydantic import ValidationError

from anops_control.child_environment import child_environment
from anops_control.environment import find_interpreter, require_r
from anops_control.errors import CommandError
from anops_control.suggestions import nearest
from anops_control.verbs.reading import faults_of

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Experiments:
    """Where experiments are.

    Attributes:
        folder: The project's folder.
        sections: Its experiments by name.
        calibrations: Its calibrations by name.
        python: What `[project] python` says.
    """

    folder: Path
    sections: Mapping[str, ExperimentSection]
    calibrations: Mapping[str, CalibrationSection]
    python: str | None


def place_of(start: Path) -> Experiments:
    """Return the experiments of the project in a folder, or the nearest above it; without a project there are none.

    Raises:
        CommandError: `ao.toml` can't be used.
    """
    folder = start.resolve()
    if not folder.is_dir():
        raise CommandError(f"There is no folder `{start}`.", code=Code.PROJECT_NOT_FOUND)
    home = next((each for each in (folder, *folder.parents) if (each / CONFIG_NAME).is_file()), None)
    if home is None:
        return Experiments(folder, {}, {}, None)
    try:
        tables = tables_in(home)
        asked = {name: tables.get(name, {}) for name in ("experiments", "calibrations")}
        read = AoToml.check(asked, (ExperimentSection, CalibrationSection))
    except AnOpsError as error:
        raise CommandError(str(error), code=Code.PROJECT_INVALID) from error
    except ValidationError as error:
        raise CommandError(
            f"The experiments in {home / CONFIG_NAME} can't be used.",
            details=faults_of(error),
            remedy="Correct them in ao.toml.",
            code=Code.PROJECT_INVALID,
        ) from None
    project = tables.get("project")
    python = project.get("python") if isinstance(project, dict) else None
    return Experiments(home, read.named(ExperimentSection), read.named(CalibrationSection), python)


def section_of(place: Experiments, name: str, *, function: str | None = None) -> ExperimentSection:
    """Return an experiment.

    Args:
        place: Where to look.
        name: Its name.
        function: Its function, where it need not stand in `ao.toml`.

    Raises:
        CommandError: There is none of that name.
    """
    if name in place.sections:
        found = place.sections[name]
        return found if function is None else replace(found, function=function)
    if function is not None:
        return checked(function=function)
    guess = nearest(name, place.sections)
    known = ", ".join(f"`{each}`" for each in place.sections)
    raise CommandError(
        f"There is no experiment `{name}` in {place.folder / CONFIG_NAME}.",
        details=[f"It has {known}."] if known else [],
        remedy=f"Did you mean `{guess}`?" if guess else f"Add the section [experiments.{name}] with its `function`.",
        code=Code.USAGE,
    )


def calibration_of(place: Experiments, name: str) -> CalibrationSection:
    """Return a calibration.

    Raises:
        CommandError: There is none of that name.
    """
    if name in place.calibrations:
        return place.calibrations[name]
    guess = nearest(name, place.calibrations)
    known = ", ".join(f"`{each}`" for each in place.calibrations)
    raise CommandError(
        f"There is no calibration `{name}` in {place.folder / CONFIG_NAME}.",
        details=[f"It has {known}."] if known else [],
        remedy=f"Did you mean `{guess}`?"
        if guess
        else f"Add the section [calibrations.{name}] with `function`, `parameters` and `targets`.",
        code=Code.USAGE,
    )


def checked(**keys: object) -> ExperimentSection:
    """Return an experiment of keys that were given elsewhere than in `ao.toml`.

    Raises:
        CommandError: One of them can't be used.
    """
    try:
        read = AoToml.check({"experiments": {"asked": keys}}, (ExperimentSection,))
    except ValidationError as error:
        message, details = "The experiment can't be run as it was asked.", faults_of(error, below=2)
        raise CommandError(message, details=details, code=Code.USAGE) from None
    return read.named(ExperimentSection)["asked"]


def settings_of(section: ExperimentSection | CalibrationSection) -> dict[str, Any]:
    """Return the keys of an experiment as who runs it takes them."""
    told = {each.name: getattr(section, each.name) for each in fields(section)}
    if isinstance(section, ExperimentSection):
        told["outputs"] = list(section.outputs)
    return told | {"files": list(section.files), "memory": section.memory_bytes}


def program_of(place: Experiments, language: str) -> tuple[str, dict[str, str]]:
    """Return the program that runs functions of a language in a project, and its environment variables.

    Raises:
        CommandError: There is no R, or the configured Python is not there.
    """
    environ = child_environment()
    if language == "r":
        return str(Path(require_r().path).with_name("Rscript")), environ
    return str(find_interpreter(place.folder, "python", configured=place.python).path), environ
