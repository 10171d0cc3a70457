"""The questions that `ao init` asks where a person gave it nothing."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import typer
from anops_control.errors import CommandError
from anops_control.init.calendar import Told, lacking, told_by, usual_frequency
from anops_control.init.intake import model_files
from anops_control.init.naming import check_name, default_name
from anops_control.init.templates import example_values
from anops_model_interface.codes import Code
from rich.prompt import Prompt

from ao import messages
from ao.init.asking_rows import ask_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from anops_project.sections.project import Language

    from ao.init.asking_rows import Rows

_OTHER = "another file"
_NONE = "none yet: make a small example that I can try"


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person answered.

    Attributes:
        model: Their model file, or None for the example.
        language: The example's language; None where the model file tells it.
        name: The project's name.
        folder: The project's folder, as typed.
        rows: Rows to learn the columns from, where some were named.
    """

    model: Path | None
    language: Language | None
    name: str
    folder: Path
    rows: Rows | None = None


def ask(*, folder: Path | None = None, name: str | None = None, rows: bool = True) -> Answers:
    """Ask for the model, the language of an example, and what else was not given.

    Args:
        folder: The project's folder, where it was given.
        name: The project's name, where it was given.
        rows: Whether rows are asked for, where the model needs some.

    Raises:
        typer.Abort: The person ended the input.
    """
    try:
        return _ask(folder, name, rows=rows)
    except EOFError as error:
        raise typer.Abort from error


def ask_object(choices: Mapping[str, str]) -> str:
    """Ask which of several objects is the model.

    Args:
        choices: What each is, by its name.

    Raises:
        typer.Abort: The person ended the input.
    """
    messages.plain("The file holds several models. Which one?")
    for number, described in enumerate(choices.values(), start=1):
        messages.plain(f"  {number}  {described}")
    try:
        chosen = _text("Number", "1", choices=[str(number + 1) for number in range(len(choices))])
    except EOFError as error:
        raise typer.Abort from error
    return list(choices)[int(chosen) - 1]


def ask_calendar(series: Mapping[str, Any]) -> dict[str, Any]:
    """Ask for the calendar of a series, and return what is known of it then; Enter leaves a question open.

    Args:
        series: What the model tells.

    Raises:
        typer.Abort: The person ended the input.
    """
    messages.plain("The model does not tell the calendar of its series; Enter leaves a question for later.")
    questions = {
        "frequency": f"How often is there an observation (YS, QS, MS, W-MON, D, h, 15min)? Perhaps "
        f"{usual_frequency(series)}",
        "last": "When was the last one that the model was fitted on, as in 2026-11-01?",
    }
    found = dict(series)
    try:
        for name in lacking(series):
            while answer := _text(questions[name], ""):
                try:
                    found = told_by(found, Told(**{name: answer}))
                    break
                except CommandError as error:
                    messages.command_error(error)
    except EOFError as error:
        raise typer.Abort from error
    return found


def _ask(folder: Path | None, name: str | None, *, rows: bool) -> Answers:
    here = Path.cwd()
    model = _ask_model(model_files(here))
    language = None if model else _ask_language()
    named = ask_rows(model, here, _text) if model and rows else None
    if name is None:
        home = (folder or here).resolve()
        example = None if model or folder else str(example_values(language or "r")["name"])
        proposed = example or default_name(home, model, here=home == here)
        name = _ask_until("Name of the project", proposed, check_name)
    if folder is None:
        in_place = model is not None and model.resolve().parent == here
        folder = Path(_text("Its folder (`.` is this one)", "." if in_place else name))
    return Answers(model, language, name, folder, named)


def _ask_model(found: list[Path]) -> Path | None:
    options = [*(path.name for path in found), _OTHER, _NONE]
    messages.plain("Which fitted model?")
    for number, option in enumerate(options, start=1):
        messages.plain(f"  {number}  {option}")
    default = "1" if found else str(len(options))
    chosen = _text("Number", default, choices=[str(number + 1) for number in range(len(options))])
    option = options[int(chosen) - 1]
    if option == _NONE:
        return None
    if option == _OTHER:
        return Path(_ask_until("Path of the file", "", _existing)).expanduser()
    return found[int(chosen) - 1]


def _ask_language() -> Language:
    default = "r" if shutil.which("Rscript") else "python"
    return cast("Language", _text("Language", default, choices=["r", "python"]))


def _ask_until(question: str, default: str, check: Callable[[str], str]) -> str:
    while True:
        answer = _text(question, default)
        try:
            return check(answer)
        except CommandError as error:
            messages.command_error(error)


def _existing(answer: str) -> str:
    if not Path(answer).expanduser().is_file():
        raise CommandError(
            f"There is no file `{answer}`." if answer else "The path of a file is needed.", code=Code.FILE_NOT_FOUND
        )
    return answer


def _text(question: str, default: str, choices: list[str] | None = None) -> str:
    answer = Prompt.ask(
        question, console=messages.console(), choices=choices, default=default or None, show_choices=choices is None
    )
    return (answer or "").strip()
