"""Takes a model that was fitted anew into its project, in a copy first: what fails leaves the project as it was."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.assumed_types import with_assumed
from anops_project.description import Source
from anops_project.reference import EXAMPLE, REFERENCE

from anops_control.accepting import changes_of
from anops_control.configuration import load
from anops_control.configuration.editing import apply_edits, commented
from anops_control.environment import interpreter_of
from anops_control.errors import CommandError
from anops_control.findings import Edit
from anops_control.init.row_conversions import python_answered, python_lines, r_answered, r_lines
from anops_control.init.values import KIND_COMMENT, OWN_COMMENTS, independence_comment, one_line
from anops_control.model_process import describe
from anops_control.refitting.named_in_code import names_in
from anops_control.refitting.renewing import Renewal, renew_columns, renew_options
from anops_control.refitting.rows import renew_rows, write_example
from anops_control.refitting.staging import changed, staged, take_over
from anops_control.refitting.versions import Step, raised
from anops_control.tables.dialect import Asked
from anops_control.tables.plain_file import plain_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_project.description import Description
    from anops_project.project import Project

    from anops_control.configuration import Configuration
    from anops_control.events import Events
    from anops_control.limits import Limits
    from anops_control.refitting.rows import Renewed

_TESTS = {"r": "tests/testthat/test-model.R", "python": "tests/test_model.py"}
_ROWS_LINE = {
    "r": "rows <- data.frame(reference$rows$columns, check.names = FALSE)",
    "python": '    rows = pd.DataFrame(saved["rows"]["columns"])',
}
_WRITTEN_BY_INIT = re.compile(r"^[\w.]+: .*~|^[A-Za-z_][\w.]*\(|^predict_model\(\) of ")
"""Descriptions that `ao init` writes: "lm: mpg ~ wt", "Pipeline(…)"; others are a person's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person wants.

    Attributes:
        folder: The project's folder.
        model: The new file; None where it lies in the project already.
        data: Rows that become the reference rows, and that the columns are learned from.
        target: The column of the rows that the model predicts.
        version: The new version; None lets the change decide.
        written: What the person says of how `data` is written.
        limits: What looking at the model may take.
    """

    folder: Path
    model: Path | None = None
    data: Path | None = None
    target: str | None = None
    version: str | None = None
    written: Asked = field(default_factory=Asked)
    limits: Limits | None = None


@dataclass(slots=True)
class Refit:
    """A refit that works, and is not in the project yet.

    Attributes:
        before: The version before.
        version: The version after.
        step: What it means to callers.
        told: What changes, one line each.
        notes: What the model says that a person should know.
        files: The files that change.
        text: `ao.toml` before and after.
    """

    before: str
    version: str
    step: Step
    told: list[str]
    notes: tuple[str, ...]
    files: list[str]
    text: tuple[str, str]
    _stage: Path = field(repr=False)
    _folder: Path = field(repr=False)

    def apply(self) -> None:
        """Move it into the project, whole."""
        take_over(self._stage, self._folder, self.files)


@contextmanager
def prepared(wish: Wish, events: Events) -> Iterator[Refit]:
    """Make a refit in a copy of the project.

    Args:
        wish: What is wanted.
        events: Are told what is being done.

    Raises:
        AnOpsError: The model can't be loaded, or fails on its reference rows.
        CommandError: There is nothing to take in, or the environment can't load it.
    """
    configuration = load(wish.folder)
    project = configuration.project
    artifact = _artifact(wish, project)
    tests = _TESTS[project.project.language]
    own = [*([artifact] if artifact else []), REFERENCE, EXAMPLE, tests, "ao.toml"]
    with staged(project.folder, own) as stage:
        if wish.model is not None and artifact is not None:
            shutil.copyfile(wish.model, stage / artifact)
        events.doing("Looking at the model")
        description = _described(wish, project, stage, artifact)
        base = _before(wish, project)
        renewal = _renewal(configuration, description, base, artifact)
        version = wish.version or raised(project.project.version, renewal.step)
        renewal.edits.append(Edit(("project", "version"), version))
        apply_edits(stage / "ao.toml", renewal.edits, own_comments=OWN_COMMENTS)
        events.doing("Predicting the reference rows")
        renewed = load(stage)
        rows = renew_rows(stage, renewed.project, description, wish.data, wish.written)
        _renew_test(stage / tests, project, renewed.project, rows)
        told = [*renewal.told, *_told_rows(rows, configuration.check.tolerance)]
        if rows.by_chance and not rows.was_by_chance and (project.folder / tests).is_file():
            told.append(f"{tests} expects the same predictions each time: compare their columns and number there")
        yield Refit(
            before=project.project.version,
            version=version,
            step=renewal.step,
            told=told,
            notes=description.notes,
            files=changed(stage, project.folder, own),
            text=((project.folder / "ao.toml").read_text("utf-8"), (stage / "ao.toml").read_text("utf-8")),
            _stage=stage,
            _folder=project.folder,
        )


def _artifact(wish: Wish, project: Project) -> str | None:
    """Return the path of the fitted model in the project, and refuse a file that can't be one."""
    named = project.model.artifact
    if wish.model is None:
        if named is not None and not (project.folder / named).is_file():
            raise CommandError(
                f"There is no `{named}`, the fitted model of ao.toml.",
                remedy="Name the new file: ao refit FILE",
                code=Code.PROJECT_INVALID,
            )
        return named
    if not wish.model.is_file():
        raise CommandError(
            f"There is no file `{wish.model}`.", remedy="Name the new model: ao refit FILE", code=Code.FILE_NOT_FOUND
        )
    if named is None:
        raise CommandError(
            "The project has code alone, and no `artifact` in ao.toml that a file could take the place of.",
            remedy="Change the code, then run: ao refit",
            code=Code.USAGE,
        )
    if Path(named).suffix.lower() == wish.model.suffix.lower():
        return named
    new = (Path(named).parent / wish.model.name).as_posix()
    there = project.folder / new
    if there.exists() and not there.samefile(wish.model):
        raise CommandError(
            f"`{new}` is in the project already, and is not overwritten.",
            remedy="Rename one of the two files, and run ao refit again.",
            code=Code.FILE_EXISTS,
        )
    return new


def _described(wish: Wish, project: Project, stage: Path, artifact: str | None) -> Description:
    """Look at the new model; the project's example helps where the model alone does not say its columns."""
    language, interpreter = project.project.language, interpreter_of(project)
    code = stage / project.model.code if project.model.code else None
    file = stage / artifact if artifact else None

    def look(data: Path | None, target: str | None) -> Description:
        with plain_file(data, wish.written) if data is not None else nullcontext() as rows:
            source = Source(file, code, rows.resolve() if rows else None, target)
            return describe(language, source, folder=stage, interpreter=interpreter, limits=wish.limits)

    example = stage / EXAMPLE
    if not example.is_file():
        write_example(stage)
    if wish.data is not None or not example.is_file():
        return look(wish.data, wish.target)
    try:
        alone = look(None, None)
        if alone.rows is not None and not alone.unsure:
            return alone
    except AnOpsError:
        return look(example, None)
    try:
        # the project's own rows may be made up, so that they tell no type that the model does not
        return _still_untold(look(example, None), alone, project)
    except AnOpsError:
        return alone


def _still_untold(found: Description, alone: Description, project: Project) -> Description:
    written = project.model.inputs
    untold = [name for name in alone.unsure if name in written and written[name].assumed]
    inputs = with_assumed(found.schema.inputs, untold)
    for name in alone.kind_untold:
        if name in inputs and inputs[name].type == "integer":  # as a double without decimals is written, too
            inputs[name] = replace(inputs[name], type=alone.schema.inputs[name].type)
    return replace(found, schema=replace(found.schema, inputs=inputs))


def _before(wish: Wish, project: Project) -> Description | None:
    """Look at the model before, where it is there still: what it said tells a person's words from ours."""
    file, code = project.artifact, project.code
    if wish.model is None or file is None or not file.is_file():
        return None
    source = Source(file, code, None, None)
    try:
        return describe(
            project.project.language,
            source,
            folder=project.folder,
            interpreter=interpreter_of(project),
            limits=wish.limits,
        )
    except (AnOpsError, CommandError):
        return None


def _renewal(
    configuration: Configuration, description: Description, base: Description | None, artifact: str | None
) -> Renewal:
    project, renewal = configuration.project, Renewal()
    schema, model = description.schema, project.model
    in_code = names_in(_code_text(project), project.project.language).__contains__

    if artifact != model.artifact:
        renewal.add(("model", "artifact"), artifact, step=Step.SAME, told=f"the artifact is `{artifact}`")
    if schema.inputs:
        types: dict[str, str] = {}
        if base is not None:
            types |= {name: spec.type for name, spec in base.schema.inputs.items()}
        types |= dict.fromkeys(commented(configuration.path, ("model", "inputs"), KIND_COMMENT), "number")
        renew_columns(renewal, "inputs", model.inputs, schema.inputs, in_code, types.get)
    if description.predictions is not None:
        renew_columns(renewal, "outputs", model.outputs, schema.outputs, lambda _: False)
    if schema.options or base is not None:
        renew_options(renewal, model.options, schema.options, {} if base is None else base.schema.options)
    tested = description.row_independent
    if tested is not None and tested != model.row_independent:
        comment = independence_comment(tested=tested)
        renewal.edits.append(Edit(("model", "row_independent"), tested, comment))
        renewal.told.append(f"row_independent is {str(tested).lower()}: {comment}")
    written, said = project.project.description, one_line(description.summary)
    ours = written == one_line(base.summary) if base is not None else _WRITTEN_BY_INIT.search(written) is not None
    if written != said and (ours or not written):
        renewal.add(("project", "description"), said, step=Step.SAME, told=f"the description is: {said}")
    return renewal


def _code_text(project: Project) -> str:
    code = project.code
    return code.read_text(encoding="utf-8", errors="replace") if code is not None and code.is_file() else ""


def _told_rows(rows: Renewed, tolerance: float) -> list[str]:
    told = [f"reference rows: {rows.told}"]
    if rows.by_chance:
        told[0] += "; their predictions are drawn by chance, and only columns, types and number of them are compared"
    elif rows.before is not None and rows.predictions is not None:
        expected = (rows.before.get("predictions") or {}).get("columns", {})
        count = len(next(iter(rows.predictions["columns"].values()), []))
        told[0] += f"; {changes_of(expected, rows.predictions['columns'], count, tolerance)}"
    return told


def _renew_test(path: Path, before: Project, now: Project, rows: Renewed) -> None:
    """Bring the lines of the project's own test that give its rows their types to those of now."""
    language = now.project.language
    lines, answered = (r_lines, r_answered) if language == "r" else (python_lines, python_answered)
    reference = before.folder / REFERENCE
    if not path.is_file() or not reference.is_file() or rows.rows is None:
        return
    try:
        old = json.loads(reference.read_bytes())
        was = lines(old["rows"], before.schema) + answered(old["predictions"])
    except (ValueError, KeyError, TypeError):
        return
    becomes = lines(rows.rows, now.schema) + answered(rows.predictions)
    text, line = path.read_text(encoding="utf-8"), _ROWS_LINE[language]
    if was != becomes and line + was in text:
        path.write_text(text.replace(line + was, line + becomes), encoding="utf-8")
