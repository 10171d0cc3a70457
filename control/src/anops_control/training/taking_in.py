"""Makes what a training wrote the project's model: its columns, reference rows and version renewed, and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.verbs import check, refit

if TYPE_CHECKING:
    from pathlib import Path

    from anops_control.events import Events
    from anops_control.verbs.check import CheckResult
    from anops_control.verbs.refit import RefitResult

RULES = frozenset({"schema", "predictions"})
"""What a new model is checked by; the rest of `ao check` looks at code, which the training has not changed."""


def take_in(project: Path, model: Path, events: Events) -> tuple[RefitResult, CheckResult]:
    """Take a model into its project, and check it there.

    Raises:
        AnOpsError: It can't be loaded, or fails on the reference rows; the project stays as it was.
    """
    taken = refit.run(refit.RefitRequest(folder=project, model=model), events)
    return taken, check.run(check.CheckRequest(folder=project, only=RULES), events)
