"""Reads what the process that loads a model answers, or makes a message of how it died."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any

import msgspec
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem

from anops_control.errors import CommandError
from anops_control.traces import REPORT_IT, keep_trace

if TYPE_CHECKING:
    from collections.abc import Sequence

TRACEBACK = "Traceback (most recent call last)"


def traceback_in(text: str) -> list[str]:
    """Return the lines of a traceback at the end of what a process said; none where it has none."""
    _, found, after = text.partition(TRACEBACK)
    return f"{found}{after}".splitlines(keepends=True) if found else []


def without_problem(answer: dict[str, Any], traceback: Sequence[str]) -> dict[str, Any]:
    """Return the answer of a model's process.

    Raises:
        AnOpsError: It says why the model failed.
        CommandError: It says that we did.
    """
    if "problem" not in answer:
        return answer
    problem = msgspec.convert(answer["problem"], Problem)
    raise _our_fault(problem, traceback) if problem.code is Code.INTERNAL else AnOpsError.of(problem)


def read_answer(written: str) -> dict[str, Any] | None:
    """Return the answer, the last line of what the process wrote; None where there is none."""
    lines = written.strip().splitlines()
    try:
        answer = json.loads(lines[-1])
    except (IndexError, ValueError):
        return None
    return answer if isinstance(answer, dict) else None


def death(code: int, traceback: Sequence[str]) -> CommandError:
    """Return the message for a process that ended before it gave an answer.

    Args:
        code: Its exit code; negative where a signal ended it.
        traceback: What it said last.
    """
    details, remedy = [line.strip() for line in traceback[-1:]], None
    if code == -signal.SIGKILL:
        message = "The process that loads the model was killed."
        remedy = "Most often the memory ran out: free some, or use a smaller model."
    elif code < 0:
        message = f"The process that loads the model crashed ({signal.strsignal(-code)})."
        remedy = "Look at the packages with compiled code that the model uses."
    else:
        message = f"The process that loads the model ended with exit code {code}, before it gave an answer."
    return CommandError(message, details=details, remedy=remedy, code=Code.MODEL_LOAD)


def _our_fault(problem: Problem, traceback: Sequence[str]) -> CommandError:
    details = [f"The details are in {keep_trace(''.join(traceback))}."]
    return CommandError(problem.message, details=details, remedy=REPORT_IT, code=Code.MODEL_LOAD)
