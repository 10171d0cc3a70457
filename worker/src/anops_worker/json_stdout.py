"""Keeps stdout for one JSON answer, whatever a model or its packages print."""

from __future__ import annotations

import json
import os
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any, NoReturn

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

EXIT_PROBLEM = 3
"""The exit code where the answer is a problem."""
_GRACE_SECONDS = 5.0
"""How long the process may take to end once it has answered: a thread that a model has started may never end."""


def answer_on_stdout(work: Callable[[], dict[str, Any]]) -> int:
    """Do some work with a model and print what it returns as one line of JSON.

    Everything else that this process prints, from Python, R or C, goes to stderr.

    Args:
        work: Returns JSON values, or raises `AnOpsError`.

    Returns:
        The exit code: 0, or 3 where the line is `{"problem": …}`.
    """
    sys.stdout.flush()
    stdout = os.dup(1)
    os.dup2(2, 1)
    try:
        answer, code = work(), 0
    except AnOpsError as error:
        answer, code = _problem(error.problem), EXIT_PROBLEM
    except Exception as error:  # noqa: BLE001  the last wall: a person must get words, not a traceback
        traceback.print_exc()
        problem = Problem(Code.INTERNAL, f"AnOps failed: {type(error).__name__}: {error}")
        answer, code = _problem(problem), EXIT_PROBLEM
    with os.fdopen(stdout, "wb") as pipe:
        pipe.write(json.dumps(answer, allow_nan=False).encode("ascii") + b"\n")
    return code


def leave(code: int) -> NoReturn:
    """End this process, soon at the latest, though a thread of a model may go on.

    Args:
        code: Its exit code.
    """
    timer = threading.Timer(_GRACE_SECONDS, os._exit, (code,))
    timer.daemon = True
    timer.start()
    sys.exit(code)


def _problem(problem: Problem) -> dict[str, Any]:
    return {"problem": json.loads(problem.to_bytes())}
