"""How every way a command can end becomes a message and an exit code."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from anops_control.errors import CommandError, ConfigurationError
from anops_control.file_failures import file_failure
from anops_control.traces import REPORT_IT, keep_trace
from anops_model_interface.codes import Code
from anops_model_interface.exit_codes import ExitCode

from ao import messages
from ao.usage_errors import explain

if TYPE_CHECKING:
    from collections.abc import Callable


def guard(command: Callable[[], object]) -> int:
    """Run a command and return its exit code; nothing but `SystemExit` passes.

    Args:
        command: Runs the command; the number it returns, where it returns one, is the exit code.
    """
    try:
        return _guard(command)
    except KeyboardInterrupt:  # also while a message is shown
        return ExitCode.INTERRUPTED


def _guard(command: Callable[[], object]) -> int:  # noqa: PLR0911  one return for each way to end
    try:
        ended = command()
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough: stay quiet, also when Python flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK
    except typer.Abort:
        messages.plain("Stopped.")
        return ExitCode.INTERRUPTED
    except ConfigurationError as error:
        messages.findings(error.findings)
        return error.code.info.exit
    except CommandError as error:
        messages.command_error(error)
        return error.exit_code
    except typer.TyperException as error:
        messages.command_error(explain(error, "ao"))
        return ExitCode.USAGE
    except Exception as error:  # noqa: BLE001  the last place that can keep a traceback from a person
        return _unexpected(error)
    return int(ended) if isinstance(ended, int) else ExitCode.OK


def _unexpected(error: Exception) -> int:
    problem = getattr(error, "problem", None)
    if problem is not None:  # an AnOpsError, whose module is slow to import for `ao --help`
        messages.problem(problem)
        return int(problem.code.info.exit)
    failure = (file_failure(error) or _folder_is_gone(error)) if isinstance(error, OSError) else None
    if failure is not None:
        messages.command_error(failure)
        return failure.exit_code
    details = [f"{type(error).__name__}: {error}"]
    trace = "".join(traceback.format_exception(error))
    if os.environ.get("AO_DEBUG"):
        details.append(trace)
    else:
        details.append(f"The details are in {keep_trace(trace)}.")
    messages.error("AnOps failed; the fault is ours, not yours.", details=details, remedy=REPORT_IT)
    return Code.INTERNAL.info.exit


def _folder_is_gone(error: OSError) -> CommandError | None:
    """Return what is said where somebody has removed the folder that the person is in; None where it is there."""
    if error.errno != errno.ENOENT or error.filename is not None:
        return None
    try:
        Path.cwd()
    except FileNotFoundError:
        return CommandError(
            "The folder that you are in no longer exists.",
            remedy="Go to a folder that exists, and run the command again.",
            code=Code.FILE_NOT_FOUND,
        )
    return None
