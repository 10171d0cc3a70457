"""Makes a project: look at the model, render the template in a temporary folder, move it in."""

from __future__ import annotations

import tempfile
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.recorded import sha256_of

from anops_control.environment import find_interpreter, require_loader
from anops_control.errors import CommandError
from anops_control.init import example, values
from anops_control.init.calendar import Told, with_calendar
from anops_control.init.carried_files import Beside, needed_beside, template_values
from anops_control.init.installed import IMPORTED, installed_versions
from anops_control.init.intake import STANDARD_CODE, Intake, free_code_name
from anops_control.init.placing import CarriedFile, place
from anops_control.init.reference_files import as_frame, example_csv, reference_json, without_gap
from anops_control.init.scale import default_type, with_default
from anops_control.init.schema_toml import spec_lines
from anops_control.init.templates import EXAMPLE_FILES, example_values, render
from anops_control.opened_files import OpenedFiles
from anops_control.tables.dialect import Asked
from anops_control.tables.plain_file import plain_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_project.description import Description

    from anops_control.environment import Interpreter
    from anops_control.init.elsewhere.brought import Brought
    from anops_control.limits import Limits

_UNSEEN = (
    "It could not be seen which files the model reads: where it needs any that are not code, copy them into the "
    "project, and name them under `files` in ao.toml."
)

_REFERENCE_FILES = frozenset({"reference.json", "example.csv"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRequest:
    """What project a person wants.

    Attributes:
        folder: Its folder, absolute; it may exist.
        name: Its name.
        intake: The person's files; without any, a project with a small example is made.
        data: A CSV file with example rows.
        target: The column of the example rows that the model predicts.
        type: What answers are by default; None leaves it to the model.
        link: Whether the person's files are linked instead of copied.
        limits: What looking at the model may take.
        object: Which of several objects in the file is the model.
        written: What the person says of how `data` is written.
        here: Where the person is, from where a model's code may import.
        brought: What is known of a model of another tool; None where it is none.
        calendar: What the person says of the calendar of a series.
    """

    folder: Path
    name: str
    intake: Intake
    data: Path | None = None
    target: str | None = None
    type: str | None = None
    link: bool = False
    limits: Limits | None = None
    object: str | None = None
    written: Asked = field(default_factory=Asked)
    here: Path | None = None
    brought: Brought | None = None
    calendar: Told = field(default_factory=Told)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProject:
    """What was made.

    Attributes:
        description: What the model said about itself; None where it could not be asked.
        kept: Files that were there already and are kept as they are.
        first: What the person must do before anything else works.
        has_example: Whether there is a `tests/example.csv` with reference rows.
        request: The body that asks for the prediction of one row, quoted for a shell.
        code: The path of the code in the project, where it is not the usual one.
        beside: What the model needs beside it, as ao.toml lists it.
    """

    description: Description | None
    kept: Sequence[str]
    first: Sequence[str]
    has_example: bool
    request: str
    code: str
    beside: Sequence[str] = ()


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
    description, beside = _describe(wanted, interpreter, intake.artifact, data=wanted.data)
    description = with_calendar(description, wanted.calendar)
    carried += [CarriedFile(beside.folder / name, name) for name in beside.files]
    asked = with_default(description.schema, wanted.type)
    filled: dict[str, Any] = {
        **example_values(intake.language),
        "name": wanted.name,
        "description": values.one_line(description.summary),
        **values.taken_in(intake, artifact=artifact, code=code),
        "_sha256": sha256_of(intake.artifact) if intake.artifact and not wanted.link else "",
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
            description, _ = _describe(wanted, interpreter, carried[0].source, data=project / "tests" / "example.csv")
            filled |= values.described(language, description) | {"_sha256": sha256_of(carried[0].source)}
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


def _describe(
    wanted: ProjectRequest, interpreter: Interpreter, artifact: Path | None, *, data: Path | None
) -> tuple[Description, Beside]:
    """Look at the model, from its own folder or else from where the person is, and at what it reads meanwhile."""
    from anops_project.description import Source  # noqa: PLC0415  NumPy is slow to import

    from anops_control.init.outside import outside_note  # noqa: PLC0415  as slow
    from anops_control.model_process import describe  # noqa: PLC0415  as slow

    intake = wanted.intake
    code = intake.code.path if intake.code else None
    beside = artifact or code
    places = [beside.parent if beside else wanted.here or wanted.folder]
    if beside is not None and wanted.here is not None and wanted.here in places[0].parents:
        places.append(wanted.here)  # `python train.py` of a project's root puts its model into a folder below
    with plain_file(data, wanted.written) if data is not None else nullcontext() as rows:
        source = Source(artifact, code, rows, wanted.target, wanted.object)
        failed: AnOpsError | None = None
        for where in places:
            try:
                with OpenedFiles(where) as opened:
                    description = describe(
                        intake.language,
                        source,
                        folder=where,
                        interpreter=interpreter,
                        limits=wanted.limits,
                        opened=opened,
                    )
                break
            except AnOpsError as error:
                failed = failed or error
        else:
            raise failed or AssertionError(places)
    given = (artifact, code, wanted.data, data)
    brought = wanted.brought
    names = [*opened.names(), *(() if brought is None else brought.files)]
    perhaps = opened.others() if brought is None else ()
    found = needed_beside(where, names, given=given, code=code, perhaps=perhaps)
    unseen = () if opened.complete else (_UNSEEN,)
    if brought is not None:
        description = brought.added_to(description)
    notes = (*description.notes, *outside_note(description), *found.notes, *unseen)
    description = replace(description, notes=notes)
    if intake.language == "r":
        return description, found
    packages = installed_versions(interpreter, IMPORTED) | description.packages
    return replace(description, packages=packages), found


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
