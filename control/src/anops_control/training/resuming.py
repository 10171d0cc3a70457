"""Says which run a training goes on with, and which others wait, such as those of a sweep."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from anops_model_interface.words import listing

from anops_control.training.config_file import flat
from anops_control.training.runs import RunState

if TYPE_CHECKING:
    from anops_control.events import Events
    from anops_control.training.runs import Runs, TrainingRun

_SHOWN = 6


def tell_which(run: TrainingRun, runs: Runs, events: Events, *, was_named: bool) -> None:
    """Tell which run goes on.

    Args:
        run: It.
        runs: All of the project.
        events: Are told.
        was_named: Whether the person has named it; else the others that wait are told too.
    """
    failed = f", which failed at `{run.failed_step}`" if run.failed_step else ""
    events.note(f"Going on with the training `{run.name}` of `{run.code}`{_configured(run)}{failed}.")
    others = [each for each in runs.all() if each.state is not RunState.DONE and each.name != run.name]
    if was_named or not others:
        return
    last = others[-1]
    more = f", and {len(others) - 1} more" if len(others) > 1 else ""
    events.note(f"`{last.name}`{_configured(last)} waits too{more}: ao train --resume {last.name}")


def _configured(run: TrainingRun) -> str:
    values = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in flat(run.config).items()]
    return f" ({listing(values, most=_SHOWN)})" if values else ""
