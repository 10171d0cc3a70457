"""`ao init`: makes a project from a fitted model."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from anops_control.init.calendar import lacking, write_calendar
from anops_control.init.intake import LANGUAGE_NAMES
from anops_control.init.making import check_folder
from anops_control.init.scale import sentence
from anops_control.init.trust import SENTENCE, belongs_to_another, runs_code
from anops_control.init.values import one_line
from anops_control.verbs.init import InitRequest, run
from anops_model_interface.exit_codes import ExitCode
from anops_model_interface.words import quoted

from ao import messages
from ao.init.next_steps import show
from ao.limit_options import LookSecondsOption, MemoryOption  # noqa: TC001  Typer reads the annotations
from ao.presenting import presented
from ao.tables.options import DecimalOption, EncodingOption, SeparatorOption  # noqa: TC001  Typer reads them

if TYPE_CHECKING:
    from collections.abc import Iterable

    from anops_control.events import Events
    from anops_control.init.new_project import NewProject, ProjectRequest
    from anops_control.verbs.init import InitResult


EPILOG = """
**Examples**

`ao init mtcars-mpg --model fit.rds`  a project around a model saved with saveRDS()

`ao init . --model model.joblib --data train.csv --target price`  here, with rows to learn the columns from

`ao init --model tbats.rds --frequency D --last 2026-11-30`  a series whose calendar R does not keep

`ao init first-steps --lang r`  a small example with a model of its own
"""


_MOST_SHOWN = 8


def init(
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="The project's folder; by default the current one.")
    ] = None,
    *,
    model: Annotated[
        Path | None,
        typer.Option(
            "--model",
            "-m",
            metavar="FILE",
            help="Your fitted model (.rds, .RData, .joblib, .pkl, .skops, .onnx), a model of MLflow (its folder, "
            "`runs:/…`, `models:/…`), or code (.R, .py) with load_model() and predict_model(). Without it: a small "
            "example that fits its own.",
        ),
    ] = None,
    lang: Annotated[
        Literal["r", "python"] | None,
        typer.Option("--lang", "-l", help="The language of an example, or of a model file that does not show it."),
    ] = None,
    example: Annotated[
        Literal["rows", "series"] | None,
        typer.Option("--example", help="What the example is of: rows, or a panel of time series.", show_default="rows"),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            "-d",
            metavar="FILE.csv",
            help="Rows as the model gets them: for columns that the model does not know, and to test it with.",
        ),
    ] = None,
    target: Annotated[
        str | None, typer.Option("--target", metavar="COL", help="The column of --data that the model predicts.")
    ] = None,
    encoding: EncodingOption = None,
    separator: SeparatorOption = None,
    decimal: DecimalOption = None,
    type_: Annotated[
        str | None,
        typer.Option(
            "--type",
            metavar="TYPE",
            help="The answer to a request that does not ask for one: `probability` or `class`, `response` or `link`.",
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="The project's name; by default that of the folder or the model.")
    ] = None,
    link: Annotated[bool, typer.Option("--link", help="Link to the model file instead of copying it.")] = False,
    chosen: Annotated[
        str | None,
        typer.Option("--object", metavar="NAME", help="Which object is the model, where the file holds several."),
    ] = None,
    frequency: Annotated[
        str | None,
        typer.Option(
            "--frequency",
            metavar="NAME",
            help="For a time series that does not say: how often there is an observation, such as MS, W-MON, D, 15min.",
        ),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option("--last", metavar="TIME", help="The time of the last observation that the model was fitted on."),
    ] = None,
    max_seconds: LookSecondsOption = None,
    max_memory_gb: MemoryOption = None,
) -> None:
    """Make a project from your fitted model.

    The columns are found in the model itself. Files that are in the folder already are never overwritten.
    Without arguments, it asks.
    """
    if model is None and lang is None and sys.stdin.isatty():
        check_folder((folder or Path()).expanduser().resolve())
        from ao.init.questions import ask  # noqa: PLC0415  Rich's prompts are slow to import

        answers = ask(folder=folder, name=name, rows=data is None)
        folder, model, lang, name = answers.folder, answers.model, answers.language, answers.name
        if answers.rows is not None:
            data, target = answers.rows.data, answers.rows.target
    request = InitRequest(
        folder=folder or Path(),
        model=model,
        lang=lang,
        example=example,
        data=data,
        target=target,
        encoding=encoding,
        separator=separator,
        decimal=decimal,
        type=type_,
        name=name,
        link=link,
        object=chosen,
        frequency=frequency,
        last=last,
        max_seconds=max_seconds,
        max_memory_gb=max_memory_gb,
        here=Path.cwd(),
    )
    if model is not None and sys.stdin.isatty() and runs_code(model) and belongs_to_another(model):
        messages.warning(f"{model} belongs to another user of this computer. {SENTENCE}")
        if not typer.confirm("Load it?", default=False, err=True):
            raise typer.Exit(ExitCode.PROBLEM)
    with presented() as events:
        result = _made(request, events)
    wanted, made = result.wanted, result.made
    _report(wanted, made)
    _settle_calendar(wanted, made)
    typed = str(folder) if folder is not None and wanted.folder != Path.cwd() else "."
    regressors = _regressors(made)
    show(typed, first=made.first, has_example=made.has_example, request=made.request, regressors=regressors)


def _made(request: InitRequest, events: Events) -> InitResult:
    from anops_control.hearing import ChoiceError  # noqa: PLC0415  NumPy is slow to import

    try:
        return run(request, events)
    except ChoiceError as error:
        if not sys.stdin.isatty():
            raise
        from ao.init.questions import ask_object  # noqa: PLC0415  Rich's prompts are slow to import

        return run(replace(request, object=ask_object(error.choices)), events)


def _settle_calendar(wanted: ProjectRequest, made: NewProject) -> None:
    """Ask for the calendar of a series where the model does not tell it; without a person, say what to write."""
    series = None if made.description is None else made.description.series
    lacks = lacking(series)
    if series is None or not lacks:
        return
    if not sys.stdin.isatty():
        messages.warning(
            f"The model does not tell the calendar of its series: write {quoted(lacks)} into [series] of ao.toml, or "
            "forecasts have no times and observations can't be taken in."
        )
        return
    from ao.init.questions import ask_calendar  # noqa: PLC0415  Rich's prompts are slow to import

    write_calendar(wanted.folder / "ao.toml", ask_calendar(series))


def _report(wanted: ProjectRequest, made: NewProject) -> None:
    messages.success(f"Made the {LANGUAGE_NAMES[wanted.intake.language]} project `{wanted.name}` in {wanted.folder}")
    if made.description is not None:
        schema = made.description.schema
        messages.note(f"Its model: {one_line(made.description.summary)}")
        messages.note(f"Columns in: {_shown(schema.inputs)}. Columns out: {_shown(schema.outputs)}.")
        for said in filter(None, (sentence(schema), *made.description.notes)):
            messages.note(said)
        if wanted.data is None and (made.description.rows is None or made.description.unsure):
            messages.next_step("To give it rows of real data, in the project's folder: ao refit --data FILE.csv")
    if made.beside:
        messages.note(f"Taken along, since the model needs it: {_shown(made.beside)}.")
    if not made.has_example:
        messages.warning("There are no rows to test the model with, so its tests only load it.")
    if wanted.intake.code is None and made.code not in {"model.R", "model.py"}:
        messages.note(f"The model's functions are in {made.code}, since model{Path(made.code).suffix} is yours.")
    if made.kept:
        messages.note(f"Kept as they are: {', '.join(made.kept)}")


def _regressors(made: NewProject) -> list[str] | None:
    """Return what the future of a model that forecasts must be given, beside the time; None where it predicts rows."""
    description = made.description
    if description is None or description.series is None:
        return None
    time = str(description.series.get("time", "time"))
    names = [name for name in description.schema.inputs if name != "step"]
    keys = description.series.get("keys") or []
    return [*keys, time, *(name for name in names if name not in keys)] if len(names) > len(keys) else []


def _shown(names: Iterable[str]) -> str:
    return quoted(names, most=_MOST_SHOWN) or "none"
