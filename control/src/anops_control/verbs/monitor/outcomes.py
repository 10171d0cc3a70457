"""Keeps what came true of predictions, beside them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.log_file import OtherFormError
from anops_model_interface.outcome_log import OutcomeStore, Taken
from anops_model_interface.outcome_rows import outcomes_of

from anops_control.errors import CommandError
from anops_control.monitoring.finding import require_log, watched
from anops_control.monitoring.outcome_file import records_of
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorOutcomesRequest:
    """What came true."""

    folder: Path
    """The project's folder."""
    file: Path
    """A CSV file: `request_id`, `row` (from 1) and `outcome`; or columns of the model as a key, with `time`."""
    outcome: str = "outcome"
    """The column of the outcome that was observed."""
    time: str = "time"
    """The column of the time of the outcome."""
    log: Path | None = None
    """A log other than the project's: a file."""


@dataclass(frozen=True, slots=True)
class MonitorOutcomesResult:
    """What became of them.

    Attributes:
        taken: How many are new, changed, the same.
        empty: How many lines have no outcome yet.
    """

    taken: Taken
    empty: int

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {**self.taken.to_dict(), "empty": self.empty}


def run(request: MonitorOutcomesRequest, _: Events) -> MonitorOutcomesResult:
    """Keep outcomes, all of the file or none.

    Raises:
        CommandError: There is no such file, column or log.
        AnOpsError: A line is no outcome.
    """
    found = watched(request.folder, log=request.log)
    log = require_log(found)
    records, empty = records_of(request.file, found.project, outcome=request.outcome, time=request.time)
    outcomes = outcomes_of(records, now=time.time())
    try:
        store = OutcomeStore(log)
        try:
            taken = store.add(outcomes, received=time.time())
        finally:
            store.close()
    except (OSError, OtherFormError) as error:
        raise CommandError(
            f"The outcomes can't be kept in {log}, and none of them is: {error}",
            remedy="Send them again in a while: what is sent twice is kept once.",
            code=Code.STORE_UNUSABLE,
        ) from error
    return MonitorOutcomesResult(taken, empty)


VERB = Verb("monitor outcomes", "Store the observed outcomes of predictions, beside them.", MonitorOutcomesRequest, run)
