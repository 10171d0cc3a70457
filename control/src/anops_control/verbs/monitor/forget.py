"""Deletes what a log has of somebody, for good."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.log_file import OtherFormError, shown
from anops_model_interface.log_keeping import Forgotten, forget

from anops_control.errors import CommandError
from anops_control.monitoring.finding import require_log, watched
from anops_control.monitoring.port import monitor
from anops_control.suggestions import nearest
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_project.project import Project

    from anops_control.events import Events
    from anops_control.monitoring.finding import Watched


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorForgetRequest:
    """What is deleted: one of both."""

    folder: Path
    """The project's folder."""
    key: dict[str, str | float] | None = None
    """Columns of the predicted rows, with the values of the person to forget."""
    request: str | None = None
    """The id of a request."""
    log: Path | None = None
    """A log other than the project's: a file."""


@dataclass(frozen=True, slots=True)
class MonitorForgetResult:
    """What was deleted.

    Attributes:
        forgotten: How many rows and outcomes.
        rolled: How many rows of Parquet files that were rolled out of the log.
    """

    forgotten: Forgotten
    rolled: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {**self.forgotten.to_dict(), "rolled": self.rolled}


def run(request: MonitorForgetRequest, _: Events) -> MonitorForgetResult:
    """Delete it.

    Raises:
        CommandError: Nothing or both are named, there is no such column or log, or it can't be changed.
    """
    if (request.key is None) == (request.request is None) or request.key == {}:
        raise CommandError(
            "Either a key or a request must be named.",
            remedy="Name who is forgotten with --key COLUMN=VALUE, or a request with --request ID.",
            code=Code.USAGE,
        )
    found = watched(request.folder, log=request.log)
    log = require_log(found)
    key = None if request.key is None else _typed(request.key, found.project)
    try:
        gone = forget(log, request_id=request.request, key=key)
    except (OSError, OtherFormError) as error:
        raise CommandError(
            f"Nothing was deleted from {shown(log)}: {error}",
            remedy="Stop the service that writes it, or try again in a while.",
            code=Code.STORE_UNUSABLE,
        ) from error
    return MonitorForgetResult(gone, _rolled(request, found, key))


def _typed(key: dict[str, str | float], project: Project) -> dict[str, object]:
    """Return a key with the values that its columns have."""
    inputs = project.schema.inputs
    for name in key:
        if name not in inputs:
            guess = nearest(name, inputs)
            raise CommandError(
                f"The model has no column `{name}`.",
                remedy=f"Did you mean `{guess}`?" if guess else f"Take one of {', '.join(inputs)}.",
                code=Code.USAGE,
            )
    return {name: _value(value, inputs[name].type) for name, value in key.items()}


def _value(value: str | float, kind: str) -> object:
    if kind == "boolean":
        return str(value).casefold() in {"true", "1", "1.0"}
    if kind not in {"number", "integer"}:
        return str(value)
    try:
        return float(value)
    except ValueError:
        raise CommandError(f"`{value}` is no number, and the column is one.", code=Code.USAGE) from None


def _rolled(request: MonitorForgetRequest, found: Watched, key: dict[str, object] | None) -> int:
    """Delete it from what was rolled out of the log, too; return how many rows there are gone."""
    if found.archive is None or not found.archive.is_dir():
        return 0
    with monitor() as who:
        return who.forget(found.archive, request_id=request.request, key=key)


VERB = Verb("monitor forget", "Delete somebody's data from the prediction log, for good.", MonitorForgetRequest, run)
