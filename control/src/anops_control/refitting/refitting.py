"""Takes a model that was refitted into its project, in a copy first: what fails leaves the project as it was."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_project.recorded import sha256_of
from anops_project.reference import EXAMPLE, REFERENCE

from anops_control.accepting import changes_of
from anops_control.configuration import load
from anops_control.configuration.editing import apply_edits, commented
from anops_control.errors import CommandError
from anops_control.findings import Edit
from anops_control.init.values import KIND_COMMENT, OWN_COMMENTS, independence_comment, one_line
from anops_control.refitting.family import Family
from anops_control.refitting.fit_facts import edits_of_fit
from anops_control.refitting.looking import Look
from anops_control.refitting.named_in_code import names_in
from anops_control.refitting.renewing import Renewal, renew_abilities, renew_columns, renew_options
from anops_control.refitting.renewing_code import may_be_ours
from anops_control.refitting.renewing_packages import PACKAGES, renew_packages
from anops_control.refitting.renewing_series import renew_series
from anops_control.refitting.renewing_tests import TESTS
from anops_control.refitting.rows import renew_rows
from anops_control.refitting.staging import changed, staged, take_over
from anops_control.refitting.versions import Step, raised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_project.description import Description
    from anops_project.project import Project

    from anops_control.configuration import Configuration
    from anops_control.events import Events
    from anops_control.refitting.plan import RefitPlan
    from anops_control.refitting.rows import Renewed

_WRITTEN_BY_INIT = re.compile(r"^[\w.]+: .*~|^[A-Za-z_][\w.]*\(|^predict_model\(\) of ")
"""Descriptions that `ao init` writes: "lm: mpg ~ wt", "Pipeline(…)"; others are a person's."""


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
        texts: Files that a person reads, each before and after.
    """

    before: str
    version: str
    step: Step
    told: list[str]
    notes: tuple[str, ...]
    files: list[str]
    texts: dict[str, tuple[str, str]]
    _stage: Path = field(repr=False)
    _folder: Path = field(repr=False)

    def apply(self) -> None:
        """Move it into the project, whole."""
        take_over(self._stage, self._folder, self.files)


@contextmanager
def prepared(plan: RefitPlan, events: Events) -> Iterator[Refit]:
    """Make a refit in a copy of the project.

    Args:
        plan: What is wanted.
        events: Are told what is being done.

    Raises:
        AnOpsError: The model can't be loaded, or fails on its reference rows.
        CommandError: There is nothing to take in, or the environment can't load it.
    """
    configuration = load(plan.folder)
    project = configuration.project
    artifact = _artifact(plan, project)
    language = project.project.language
    tests, packages = TESTS[language], PACKAGES[language]
    look = Look(plan, project)
    own = [*([artifact] if artifact else []), REFERENCE, EXAMPLE, tests, packages, "ao.toml"]
    own += [str(project.model.code)] if may_be_ours(_code_text(project)) else []
    with staged(project.folder, own) as stage:
        if plan.model is not None and artifact is not None:
            shutil.copyfile(plan.model, stage / artifact)
        events.doing("Looking at the model")
        family = Family.of(look, stage, artifact, _code_text(project))
        with family.advice():
            made = _made(look, configuration, stage, artifact, own, family, events)
        yield made


def _made(
    look: Look,
    configuration: Configuration,
    stage: Path,
    artifact: str | None,
    own: list[str],
    family: Family,
    events: Events,
) -> Refit:
    plan, project = look.plan, look.project
    language = project.project.language
    tests, packages = TESTS[language], PACKAGES[language]
    description, base = family.known or (look.new(stage, artifact), look.before())
    renewal = _renewal(configuration, description, base, artifact)
    is_new = artifact is not None and sha256_of(stage / artifact) != project.model.sha256
    renew_series(
        renewal,
        project.series,
        description.series,
        plan.calendar,
        is_new=is_new,
        model=_told(plan.model, project.folder),
    )
    version = plan.version or raised(project.project.version, renewal.step)
    renewal.edits.append(Edit(("project", "version"), version))
    if artifact is not None and project.model.sha256 is not None:
        renewal.edits.append(Edit(("model", "sha256"), sha256_of(stage / artifact)))
        if is_new:
            renewal.edits += edits_of_fit(plan.model or stage / artifact, description.fitted_on)
    apply_edits(stage / "ao.toml", renewal.edits, own_comments=OWN_COMMENTS)
    events.doing("Predicting the reference rows")
    renewed = load(stage)
    rows = renew_rows(stage, renewed.project, description, plan.data, plan.written)
    told = [*renewal.told, *family.told]
    family.renew_test(stage, project, renewed.project, rows)
    code = "".join(_text(stage / name) for name in (str(project.model.code), tests))
    before = {} if base is None else base.packages
    told += renew_packages(stage / packages, language, description.packages, before, code)
    told += [*_told_rows(rows, configuration.check.tolerance)]
    if rows.by_chance and not rows.was_by_chance and (project.folder / tests).is_file():
        told.append(f"{tests} expects the same predictions each time: compare their columns and number there")
    return Refit(
        before=project.project.version,
        version=version,
        step=renewal.step,
        told=told,
        notes=description.notes,
        files=changed(stage, project.folder, own),
        texts={name: (_text(project.folder / name), _text(stage / name)) for name in _shown(own, artifact)},
        _stage=stage,
        _folder=project.folder,
    )


def _artifact(plan: RefitPlan, project: Project) -> str | None:
    """Return the path of the fitted model in the project, and refuse a file that can't be one."""
    named = project.model.artifact
    if plan.model is None:
        if named is not None and not (project.folder / named).is_file():
            raise CommandError(
                f"There is no `{named}`, the fitted model of ao.toml.",
                remedy="Name the new file: ao refit FILE",
                code=Code.PROJECT_INVALID,
            )
        return named
    if not plan.model.is_file():
        raise CommandError(
            f"There is no file `{plan.model}`.", remedy="Name the new model: ao refit FILE", code=Code.FILE_NOT_FOUND
        )
    if named is None:
        raise CommandError(
            "The project has code alone, and no `artifact` in ao.toml that a file could take the place of.",
            remedy="Change the code, then run: ao refit",
            code=Code.USAGE,
        )
    if Path(named).suffix.lower() == plan.model.suffix.lower():
        return named
    new = (Path(named).parent / plan.model.name).as_posix()
    there = project.folder / new
    if there.exists() and not there.samefile(plan.model):
        raise CommandError(
            f"`{new}` is in the project already, and is not overwritten.",
            remedy="Rename one of the two files, and run ao refit again.",
            code=Code.FILE_EXISTS,
        )
    return new


def _renewal(
    configuration: Configuration, description: Description, base: Description | None, artifact: str | None
) -> Renewal:
    project, renewal = configuration.project, Renewal(tried=not description.unfinished)
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
        if base is not None and renewal.tried:
            renew_abilities(renewal, model.inputs, schema.inputs, base.schema.inputs, language=project.project.language)
    if description.predictions is not None:
        renew_columns(renewal, "outputs", model.outputs, schema.outputs, lambda _: False)
    if not renewal.tried:
        renewal.told.append("the limit ended the look at the model: its options and answers stay as they were")
    elif schema.options or base is not None:
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
    return _text(project.code) if project.code is not None else ""


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _shown(own: list[str], artifact: str | None) -> list[str]:
    """Return the files whose difference is shown, ao.toml first: neither the model nor its rows."""
    return sorted(set(own) - {artifact, REFERENCE, EXAMPLE}, key=lambda name: (name != "ao.toml", name))


def _told_rows(rows: Renewed, tolerance: float) -> list[str]:
    told = [f"reference rows: {rows.told}"]
    if rows.by_chance:
        told[0] += "; their predictions are drawn by chance, and only columns, types and number of them are compared"
    elif rows.before is not None and rows.predictions is not None:
        expected = (rows.before.get("predictions") or {}).get("columns", {})
        count = len(next(iter(rows.predictions["columns"].values()), []))
        told[0] += f"; {changes_of(expected, rows.predictions['columns'], count, tolerance)}"
    return told


def _told(model: Path | None, folder: Path) -> Path | None:
    """Return a file as it is told: from the project's folder on where it lies in it."""
    if model is None:
        return None
    file, home = model.resolve(), folder.resolve()
    return file.relative_to(home) if file.is_relative_to(home) else file
