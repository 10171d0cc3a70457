"""Runs a module of anops-worker in the Python that loads a model, within limits, and returns what it answers."""

from __future__ import annotations

import subprocess
import tempfile
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from anops_project.model_environment import MODEL_ENVIRONMENT

from anops_control import events
from anops_control.budget import LimitError, left
from anops_control.child_environment import child_environment
from anops_control.environment import Interpreter, require_loader, require_r
from anops_control.hearing import SMALLER, Hearing
from anops_control.limits import Limits, Watch, kill_tree
from anops_control.model_answer import TRACEBACK, death, read_answer, without_problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from anops_project.sections.project import Language

_MOST_LINES = 40
LOOKING = "Looking at the model"
"""What is being done, for people."""


def answer_of(
    module: str,
    arguments: Sequence[str],
    *,
    folder: Path,
    interpreter: Interpreter,
    language: Language,
    quiet: bool = False,
    once: bool = False,
    limits: Limits | None = None,
    hearing: Hearing | None = None,
    scratch: str | None = None,
) -> dict[str, Any]:
    """Run a module, show what the model prints, and return the answer.

    Args:
        module: Its name in anops-worker.
        arguments: What it is told.
        folder: Where it runs.
        interpreter: The Python that loads the model.
        language: What the model is written in.
        quiet: Whether nothing of what the model prints is shown.
        once: Whether the same line is shown once only.
        limits: What it may take; by default what is left of the command's.
        hearing: Hears what it tells meanwhile.
        scratch: The folder for its temporary files; by default that of this process.

    Raises:
        LimitError: It took more, and was ended.
        AnOpsError: The problem that it answered.
        CommandError: It can't be run, or died.
    """
    if language == "r":
        require_r()
    require_loader(interpreter, language)
    limits = limits or left(LOOKING)
    own = {} if scratch is None else {"TMPDIR": scratch}
    command = [str(interpreter.path), "-m", f"anops_worker.{module}", *arguments]
    with (
        tempfile.TemporaryFile() as answered,
        subprocess.Popen(  # noqa: S603  the person's own Python
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=answered,
            stderr=subprocess.PIPE,
            # as in a worker; looking at a model leaves nothing in its folder, and a compiled module elsewhere hides it
            env={
                **MODEL_ENVIRONMENT,
                **child_environment(),
                "PYTHONDONTWRITEBYTECODE": "1",
                "PYTHONPYCACHEPREFIX": "",
                **own,
            },
            pass_fds=(hearing.pipe,) if hearing else (),
        ) as process,
        hearing.begun() if hearing else nullcontext(lambda _: None) as each_second,
        Watch(process.pid, limits, each_second) as watch,
    ):
        try:
            traceback = _pass_on(process, quiet=quiet, once=once)
            code = process.wait()
        except BaseException:
            kill_tree(process.pid)
            raise
        answered.seek(0)
        answer = read_answer(answered.read().decode(errors="replace"))
    if answer is None and watch.broken:
        raise LimitError(LOOKING, watch.broken, hearing.doing if hearing else None, remedy=SMALLER)
    if answer is None:
        raise death(code, traceback)
    answer = without_problem(answer, traceback)
    if not quiet:
        for line in traceback:  # printed by a model that answered all the same
            events.current().line(line.rstrip("\n"), "model")
    return answer


def _pass_on(process: subprocess.Popen[bytes], *, quiet: bool, once: bool) -> list[str]:
    """Show what the model prints while it is at work, up to a traceback; return the traceback's lines.

    Args:
        process: The model's.
        quiet: Whether nothing is shown.
        once: Whether a line is shown when it comes first, and not again: a model that is tried out many times
            prints the same many times. Of different lines, `_MOST_LINES` are shown.
    """
    traceback: list[str] = []
    shown: set[str] = set()
    for line in process.stderr or ():
        text = line.decode(errors="replace")
        if traceback or text.startswith(TRACEBACK):
            traceback.append(text)
        elif not quiet and not (once and (text in shown or len(shown) > _MOST_LINES)):
            shown.add(text)
            told = text.rstrip("\n") if not once or len(shown) <= _MOST_LINES else "… and more lines like these."
            events.current().line(told, "model")
    return traceback
