"""Tells the run that a command is part of which version of a dataset it has read or made."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from anops_control.run_lines import VARIABLE, LineKind, RunLine, tell
from anops_control.surroundings import current

if TYPE_CHECKING:
    from anops_control.datasets.port import Stored


def tell_run(stored: Stored, role: Literal["read", "made"]) -> None:
    """Tell it; outside of a run nobody listens.

    Args:
        stored: The version.
        role: What was done with it.
    """
    variables = current().variables
    file = variables.get(VARIABLE)
    if not file:
        return
    value = {"version": stored.version, "hash": stored.hash, "role": role}
    step = variables.get("ANOPS_WORKFLOW_STEP") or None
    tell(Path(file), RunLine(kind=LineKind.DATA, name=stored.name, value=value, workflow_step=step, time=time.time()))
