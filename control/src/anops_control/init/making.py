"""Makes a project: look at the model, render the template in a temporary folder, move it in."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.environment import find_interpreter, require_loader
from anops_control.errors import CommandError
from anops_control.init import example, values
from anops_control.init.calendar import with_calendar
from anops_control.init.carried_files import template_values
from anops_control.init.intake import STANDARD_CODE, free_code_name
from anops_control.init.looking import look_at
from anops_control.init.new_project import NewProject
from anops_control.init.placing import CarriedFile, place
from anops_control.init.reference_files import as_frame, example_csv, reference_json, without_gap
from anops_control.init.scale import default_type, with_default
from anops_control.init.schema_toml import spec_lines
from anops_control.init.templates import EXAMPLE_FILES, example_values, render

if TYPE_CHECKING:
    from anops_project.description import Description

    from anops_control.init.new_project import ProjectRequest

_REFERENCE_FILES = frozenset({"reference.json", "example.csv"})


def make(wanted: ProjectRequest) -> NewProject:
    """Make a project; where it can't be made, nothing is left behind.

    Raises:
        CommandError: The folder can't be used, or the environment can't load the model.
        AnOpsError: The model can't be loaded, or its columns can't be found.
    """
    check_folder(wanted.folder)
    with tempfile.TemporaryDirectory(prefix="ao-init-") as stage:
        if wanted.intake.artifact is None and wanted.intake.code is None:
            return _make_example(wanted, Path(stage))
        return _make_around_model(wanted, Path(stage))


def check_folder(folder: Path) -> None:
    """Refuse a folder that is a project already, or none.

    Raises:
        CommandError: It can't become a project.
    """
    if (folder / "ao.toml").exists():
        raise CommandError(
            f"`{folder}` is a project already: it has an ao.toml, which is not overwritten.",
            remedy="To replace its model, run in that folder: ao refit FILE; or make the new project in "
            "another folder: ao init DIR --model FILE",
            code=Code.PROJECT_EXISTS,
        )
    if folder.exists() and not folder.is_dir():
        raise CommandError(
            f"`{folder}` is a file; a project needs a folder.",
            remedy="Choose another folder.",
            code=Code.USAGE,
        )


def _check_example(folder: Path) -> None:
    taken = sorted(name for name in EXAMPLE_FILES | {"model.rds", "model.joblib"} if (folder / name).exists())
    if taken:
        raise CommandError(
            f"The example can't be made in `{folder}`: there is a {taken[0]}, which is not overwritten.",
            remedy="Name your own model with --model FILE, or make the example in a new folder.",
            code=Code.FILE_EXISTS,
        )


def _make_around_model(wanted: ProjectRequest, stage: Path) -> NewProject:
    intake = wanted.intake
    carried = [
        CarriedFile(path, _place_of(path, wanted.folder))
        for path in (intake.artifact, intake.code.path if intake.code else None)
        if path is not None
    ]
    artifact = _place_of(intake.artifact, wanted.folder) if intake.artifact else None
    code = _place_of(intake.code.path, wanted.folder) if intake.code else free_code_name(wanted.folder, intake.language)
    interpreter = find_interpreter(wanted.folder, intake.language)
    description, beside = look_at(wanted, interpreter, intake.artifact, data=wanted.data)
    description = with_calendar(description, wanted.calendar)
    carried += [CarriedFile(beside.folder / name, name) for name in beside.files]
    asked = with_default(description.schema, wanted.type)
    filled: dict[str, Any] = {
        **example_values(intake.language),
        "name": wanted.name,
        "description": values.one_line(description.summary),
        **values.taken_in(intake, artifact=artifact, code=code),
        **(values.recorded(intake.artifact) if intake.artifact and not wanted.link else {}),
        **values.described(intake.language, description),
        **template_values(beside.listed),
        "_options": spec_lines(asked.options),
    }
    project = render(intake.language, filled, stage)
    _drop(project, EXAMPLE_FILES)
    standard = project / STANDARD_CODE[intake.language]
    if intake.code:
        standard.unlink()
    else:
        standard.rename(project / code)
    has_example = _write_reference(project, description)
    if not has_example:
        _drop(project, _REFERENCE_FILES)
    kept = place(project, carried, wanted.folder, link=wanted.link)
    return NewProject(
        description=replace(description, schema=asked),
        kept=kept,
        first=(),
        has_example=has_example,
        request=filled["_request"],
        code=code,
        beside=beside.listed,
    )


def _make_example(wanted: ProjectRequest, stage: Path) -> NewProject:
    language = wanted.intake.language
    _check_example(wanted.folder)
    filled = {**example_values(language), "name": wanted.name, "_code": free_code_name(wanted.folder, language)}
    project = render(language, filled, stage / "first")
    interpreter = find_interpreter(wanted.folder, language)
    description, carried, first = None, [], []
    hindrance = example.obstacle(language, interpreter)
    if hindrance:
        first = [hindrance, "ao run train"]
    else:
        carried = [CarriedFile(example.fit(language, interpreter, project), filled["_artifact"])]
        try:
            require_loader(interpreter, language)
        except CommandError as error:
            first = [step for step in (error.command or error.remedy,) if step]
        else:
            description, _ = look_at(wanted, interpreter, carried[0].source, data=project / "tests" / "example.csv")
            filled |= values.described(language, description) | values.recorded(carried[0].source)
            project = render(language, filled, stage / "second")
            _write_reference(project, description)
    (project / STANDARD_CODE[language]).rename(project / filled["_code"])
    kept = place(project, carried, wanted.folder, link=False)
    return NewProject(
        description=description,
        kept=kept,
        first=first,
        has_example=True,
        request=filled["_request"],
        code=filled["_code"],
    )


def _write_reference(project: Path, description: Description) -> bool:
    rows, predictions = as_frame(description.rows), as_frame(description.predictions)
    if rows is None or predictions is None:
        return False
    answered = default_type(description.schema)
    options = {} if answered is None else {"type": answered}
    tests = project / "tests"
    (tests / "reference.json").write_text(
        reference_json(rows, predictions, options, by_chance=description.by_chance), encoding="utf-8"
    )
    (tests / "example.csv").write_text(example_csv(without_gap(rows)), encoding="utf-8")
    return True


def _place_of(path: Path, folder: Path) -> str:
    """Return a file's path in the project: where it is, if it lies there already, else its name."""
    home = folder.resolve()
    if path.name.startswith("."):
        return f"model{path.name}"  # such as .RData: hidden files stay out of images
    return path.relative_to(home).as_posix() if path.is_relative_to(home) else path.name


def _drop(project: Path, names: frozenset[str]) -> None:
    for path in [path for path in project.rglob("*") if path.name in names]:
        path.unlink()
