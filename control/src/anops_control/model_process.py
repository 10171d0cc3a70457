"""Runs the parts of the model-service that look at a model, in the Python that loads it."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anops_model_interface.errors import AnOpsError
from anops_project.description import Description, Source
from anops_project.frame_json import frame_from_json

from anops_control.budget import LimitError
from anops_control.environment import Interpreter, interpreter_of
from anops_control.hearing import ChoiceError, Hearing
from anops_control.limits import Limits
from anops_control.loading_process import LOOKING, answer_of
from anops_control.model_answer import death, read_answer, traceback_in, without_problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from anops_model_interface.frames import Frame
    from anops_project.project import Project
    from anops_project.sections.project import Language

    from anops_control.opened_files import OpenedFiles
    from anops_control.places.place import Place

_QUIET_SECONDS = 15.0
"""How long nothing is said of an examination where there is no terminal."""


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What a project's model answers to its reference rows.

    Attributes:
        rows: The reference rows; None where the project has none.
        predictions: The answers, now; None where there are no rows.
        by_chance: Whether these are drawn by chance, so that the same rows are answered otherwise each time.
        warnings: What the model warned of, one sentence each.
        unprotected: Why the model's code could not be kept from the network or from files, a sentence for each.
    """

    rows: Frame | None
    predictions: Frame | None
    by_chance: bool = False
    warnings: tuple[str, ...] = ()
    unprotected: tuple[str, ...] = ()


def describe(
    language: Language,
    source: Source,
    *,
    folder: Path,
    interpreter: Interpreter,
    limits: Limits | None = None,
    opened: OpenedFiles | None = None,
) -> Description:
    """Look at a fitted model that has no `ao.toml` yet, and show what is being done meanwhile.

    It is asked in one process; see `describe_with_rows` for what is asked with rows only where it does not say enough.

    Args:
        language: What it is written in.
        source: Where it is.
        folder: Where the process runs.
        interpreter: The Python that loads it.
        limits: What that may take; where it takes more, what is known until then is returned, with a note.
        opened: Is told which files of the folder the process opened.

    Raises:
        ChoiceError: The file holds several models.
        AnOpsError: The model can't be loaded or described.
        CommandError: Its process can't be run, or died.
    """
    asked = [] if source.data is None else ["--data", str(source.data.resolve())]
    answer = _described(language, source, asked, folder=folder, interpreter=interpreter, limits=limits, opened=opened)
    return answer if isinstance(answer, Description) else _description(answer["description"])


def describe_with_rows(
    language: Language,
    source: Source,
    rows: Path,
    *,
    folder: Path,
    interpreter: Interpreter,
    limits: Limits | None = None,
) -> tuple[Description | None, Description | None]:
    """Look at a fitted model, and where it does not say its columns and their types, again with rows, in one process.

    Args:
        language: What it is written in.
        source: Where it is, without rows.
        rows: A CSV file.
        folder: Where the process runs.
        interpreter: The Python that loads it.
        limits: What both may take together; as for `describe`.

    Returns:
        What it says by itself, None where that is nothing; what it says with the rows, None where it was not asked or
        they do not fit it.

    Raises:
        AnOpsError: It can't be loaded or described, even with the rows.
        CommandError: Its process can't be run, or died.
    """
    asked = ["--where-untold", str(rows.resolve())]
    answer = _described(language, source, asked, folder=folder, interpreter=interpreter, limits=limits)
    if isinstance(answer, Description):
        return answer, None
    alone, told = answer["description"], answer.get("with_rows")
    return alone and _description(alone), told and _description(told)


def _described(
    language: Language,
    source: Source,
    asked: list[str],
    *,
    folder: Path,
    interpreter: Interpreter,
    limits: Limits | None,
    opened: OpenedFiles | None = None,
) -> dict[str, Any] | Description:
    """Return what the process answers; where a limit ends it, what is known until then."""
    arguments = ["--language", language, *asked, *([] if source.try_independence else ["--no-independence"])]
    for flag, value in (
        ("--artifact", source.artifact),
        ("--code", source.code),
        ("--target", source.target),
        ("--object", source.object),
    ):
        if value is not None:
            arguments += [flag, str(value.resolve() if hasattr(value, "resolve") else value)]
    with Hearing() as hearing:
        try:
            return answer_of(
                "describe",
                [*arguments, "--listener", str(hearing.pipe)],
                folder=folder,
                interpreter=interpreter,
                language=language,
                once=True,
                limits=limits or Limits.of(None, None),
                hearing=hearing,
            )
        except LimitError as error:
            return hearing.unfinished(error)
        except AnOpsError as error:
            if hearing.choices:
                raise ChoiceError(error.problem, hearing.choices) from error
            raise
        finally:
            if opened is not None:
                opened.told(hearing.opened())


def _description(answer: dict[str, Any]) -> Description:
    return Description.from_json(json.dumps(answer))


def reproduce(project: Project) -> Reproduction:
    """Load a project's model, and let it answer the project's reference rows, isolated as in a service.

    Raises:
        AnOpsError: The model can't be loaded, or failed.
        CommandError: Its process can't be run, or died.
    """
    with (
        tempfile.TemporaryDirectory(prefix="ao-look-", ignore_cleanup_errors=True) as scratch,
        Hearing(quiet_seconds=_QUIET_SECONDS) as hearing,
    ):
        answer = answer_of(
            "reproduce",
            ["--project", str(project.folder), "--listener", str(hearing.pipe), "--scratch", scratch],
            scratch=scratch,
            folder=project.folder,
            interpreter=interpreter_of(project),
            language=project.project.language,
            hearing=hearing,
        )
    return _reproduction(answer)


def reproduce_in(place: Place) -> Reproduction:
    """Let a project's model answer the project's reference rows in a place that has the model's Python.

    Raises:
        AnOpsError: The model can't be loaded, or failed.
        CommandError: Its process died.
    """
    command = [*(place.python("anops_worker.reproduce") or ()), "--project", place.project]
    ended = place.run(command, what=LOOKING)
    answer, trace = read_answer(ended.stdout), traceback_in(ended.stderr)
    if answer is None:
        raise death(ended.code, trace or ended.stderr.splitlines())
    return _reproduction(without_problem(answer, trace))


def _reproduction(answer: Mapping[str, Any]) -> Reproduction:
    return Reproduction(
        None if answer["rows"] is None else frame_from_json(answer["rows"]),
        None if answer["predictions"] is None else frame_from_json(answer["predictions"]),
        bool(answer.get("by_chance")),
        tuple(_sentence(warning) for warning in answer.get("warnings", ())),
        tuple(answer.get("open", ())),
    )


def examine(project: Project) -> dict[str, Any]:
    """Load a project's model and try it out, as `anops_worker.examine` does.

    What the model prints meanwhile is dropped: it is tried with rows that it may well refuse. Where the command's
    limit ends it, the parts that were found by then are returned, and the `LimitError` as `ended`.

    Raises:
        AnOpsError: The model can't be loaded.
        CommandError: Its process can't be run, or died.
    """
    with Hearing(quiet_seconds=_QUIET_SECONDS) as hearing:
        try:
            return answer_of(
                "examine",
                ["--project", str(project.folder), "--listener", str(hearing.pipe)],
                folder=project.folder,
                interpreter=interpreter_of(project),
                language=project.project.language,
                quiet=True,
                hearing=hearing,
            )
        except LimitError as error:
            return {**hearing.all_parts(), "ended": error}


def _sentence(warning: object) -> str:
    return str(warning.get("message", warning)) if isinstance(warning, dict) else str(warning)
