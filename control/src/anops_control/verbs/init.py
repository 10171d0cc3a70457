"""Makes a project from a fitted model."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.events import Events, telling
from anops_control.init.calendar import Told
from anops_control.init.elsewhere.choosing import brought_in
from anops_control.init.intake import Intake, take_in
from anops_control.init.making import check_folder, make
from anops_control.init.naming import check_name, default_name
from anops_control.init.new_project import NewProject, ProjectRequest
from anops_control.init.scale import sentence
from anops_control.init.series_example import copy, fitted
from anops_control.init.trust import SENTENCE, runs_code
from anops_control.limits import Limits
from anops_control.tables.dialect import asked_of
from anops_control.verbs.verb import Verb


@dataclass(frozen=True, slots=True, kw_only=True)
class InitRequest:
    """What project is wanted."""

    folder: Path
    """The project's folder; it may exist, and no file in it is overwritten."""
    model: Path | None = None
    """The fitted model (.rds, .RData, .joblib, .pkl, .skops, .onnx), a model of MLflow (its folder, `runs:/…`,
    `models:/…`), or code (.R, .py) with load_model(), predict_model()."""
    lang: Literal["r", "python"] | None = None
    """The language of an example, or of a model file that does not show it."""
    example: Literal["rows", "series"] | None = None
    """What the example is of, where no model is named: rows, or a panel of time series."""
    data: Path | None = None
    """A CSV file with rows as the model gets them: for columns that it does not know, and to test it with."""
    target: str | None = None
    """The column of these rows that the model predicts."""
    encoding: str | None = None
    """The encoding of that file, such as cp1252."""
    separator: str | None = None
    """The character between its cells."""
    decimal: Literal[".", ","] | None = None
    """Its decimal mark."""
    type: str | None = None
    """The answer to a request that does not ask for one: probability or class, response or link."""
    name: str | None = None
    """The project's name; by default that of the folder or the model."""
    link: bool = False
    """Link to the model file instead of copying it."""
    object: str | None = None
    """Which object is the model, where the file holds several."""
    frequency: str | None = None
    """For a time series whose model does not say: how often there is an observation, as pandas names it."""
    last: str | None = None
    """The time of the last observation that it was fitted on."""
    max_seconds: float | None = None
    """How long looking at the model may take; by default 300."""
    max_memory_gb: float | None = None
    """How much memory the model may take; by default three quarters of what is free."""
    here: Path | None = None
    """Where the person is: a model's code may import from there."""


@dataclass(frozen=True, slots=True)
class InitResult:
    """The project that was made.

    Attributes:
        wanted: What was wanted, with everything that follows from it.
        made: What was made.
    """

    wanted: ProjectRequest
    made: NewProject

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        description = self.made.description
        told: dict[str, Any] = {
            "folder": str(self.wanted.folder),
            "name": self.wanted.name,
            "language": self.wanted.intake.language,
            "kept": list(self.made.kept),
            "beside": list(self.made.beside),
            "code": self.made.code,
            "has_example": self.made.has_example,
            "first": list(self.made.first),
        }
        if description is not None:
            schema = description.schema
            notes = [said for said in (sentence(schema), *description.notes) if said]
            told |= {
                "summary": description.summary,
                "inputs": {name: spec.type for name, spec in schema.inputs.items()},
                "outputs": {name: spec.type for name, spec in schema.outputs.items()},
                "notes": notes,
            }
        return told


def run(request: InitRequest, events: Events) -> InitResult:
    """Make a project; where it can't be made, nothing is left behind.

    Raises:
        CommandError: The folder can't be used, or the environment can't load the model.
        ChoiceError: The file holds several models, and `object` does not say which.
        AnOpsError: The model can't be loaded, or its columns can't be found.
    """
    with telling(events), tempfile.TemporaryDirectory(prefix="ao-brought-") as stage:
        wanted = _wanted(request, Path(stage))
        if wanted.intake.artifact is not None and runs_code(wanted.intake.artifact):
            events.note(SENTENCE)
        made = make(wanted)
        if request.example == "series":
            copy(wanted.intake.language, wanted.folder)
        if wanted.data is not None:
            _keep_baseline(wanted, wanted.data, events)
        return InitResult(wanted, made)


def _keep_baseline(wanted: ProjectRequest, data: Path, events: Events) -> None:
    from anops_control.monitoring.own_baseline import keep_own  # noqa: PLC0415  NumPy is slow to import

    keep_own(wanted.folder, data, events, source=data.name, target=wanted.target, written=wanted.written, least=30)


def _wanted(request: InitRequest, stage: Path) -> ProjectRequest:
    home, model, data = request.folder.expanduser().resolve(), request.model, request.data
    check_folder(home)
    if request.name is not None:
        check_name(request.name)
    if model is None and request.lang is None:
        raise CommandError(
            "There is no model to make a project of.",
            remedy="Name your model: ao init --model FILE; or make an example: ao init my-project --lang r",
            code=Code.USAGE,
        )
    if request.example is not None and (model is not None or request.lang is None):
        raise CommandError(
            "--example goes with --lang, and without a model.",
            remedy="Write: ao init my-series --lang r --example series",
            code=Code.USAGE,
        )
    if model is None and (data is not None or request.target is not None or request.link):
        raise CommandError(
            "--data, --target and --link go with a model.",
            remedy="Name your model with --model FILE.",
            code=Code.USAGE,
        )
    if request.target is not None and data is None:
        raise CommandError(
            "--target names a column of --data, which is not given.",
            remedy="Add --data FILE.csv, or leave --target out.",
            code=Code.USAGE,
        )
    if data is not None and not data.is_file():
        raise CommandError(
            f"There is no file `{data}`.", remedy="Name a CSV file with --data.", code=Code.FILE_NOT_FOUND
        )
    name = request.name or default_name(home, model, here=home == request.here)
    if request.example == "series" and request.lang is not None:
        model = fitted(request.lang, home, stage)
    brought = None if model is None else brought_in(model, home, stage)
    if brought is not None:
        intake = brought.intake
        if data is None:
            brought.need_rows(str(model))
            data, brought = brought.data, brought.with_own_rows()
    else:
        intake = take_in(model, request.lang, home) if model is not None else Intake(request.lang or "r", None, None)
    return ProjectRequest(
        folder=home,
        name=name,
        intake=intake,
        data=data,
        target=request.target,
        type=request.type,
        link=request.link,
        limits=Limits.of(request.max_seconds, request.max_memory_gb),
        object=request.object,
        written=asked_of(request.encoding, request.separator, request.decimal),
        here=request.here,
        brought=brought,
        calendar=Told(request.frequency, request.last),
    )


VERB = Verb("init", "Make a project from a fitted model.", InitRequest, run)
