"""Takes a model that was refitted into its project."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

from anops_control.configuration import find_project
from anops_control.errors import CommandError
from anops_control.events import Events, telling
from anops_control.init.calendar import Told
from anops_control.limits import Limits
from anops_control.refitting.plan import RefitPlan
from anops_control.refitting.refitting import prepared
from anops_control.tables.dialect import asked_of
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.refitting.refitting import Refit


@dataclass(frozen=True, slots=True, kw_only=True)
class RefitRequest:
    """What is taken in."""

    folder: Path
    """The project's folder."""
    model: Path | None = None
    """The new fitted model; without it, the file of ao.toml is taken as it is."""
    data: Path | None = None
    """A CSV file of rows to learn the columns from; they become the reference rows."""
    target: str | None = None
    """The column of these rows that the model predicts."""
    encoding: str | None = None
    """The encoding of that file, such as cp1252."""
    separator: str | None = None
    """The character between its cells."""
    decimal: Literal[".", ","] | None = None
    """Its decimal mark."""
    max_seconds: float | None = None
    """How long looking at the model may take; by default 300."""
    max_memory_gb: float | None = None
    """How much memory the model may take; by default three quarters of what is free."""
    frequency: str | None = None
    """How often the series of the model has an observation, by the names of pandas: where the model does not say."""
    last: str | None = None
    """The time of the last observation that the model was fitted on: where the model does not say."""
    version: str | None = None
    """The new version, instead of the next one."""
    dry_run: bool = False
    """Say what would change, and change nothing."""


@dataclass(frozen=True, slots=True)
class RefitResult:
    """What changes.

    Attributes:
        before: The version before.
        version: The version after.
        because: What it means to callers.
        changes: What changes, one line each.
        notes: What the model says that a person should know.
        files: The files that change.
        texts: Files that a person reads, ao.toml first, each before and after.
        applied: Whether it was taken in.
    """

    before: str
    version: str
    because: str
    changes: tuple[str, ...]
    notes: tuple[str, ...]
    files: tuple[str, ...]
    texts: dict[str, tuple[str, str]]
    applied: bool

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "before": self.before,
            "version": self.version,
            "because": self.because,
            "changes": list(self.changes),
            "notes": list(self.notes),
            "files": list(self.files),
            "applied": self.applied,
        }


def run(request: RefitRequest, events: Events) -> RefitResult:
    """Take a refitted model in; where it fails, the project stays as it was.

    Before anything changes, `events.agree` is asked, where it is there.

    Raises:
        CommandError: There is nothing to take in, or the environment can't load it.
        AnOpsError: The model can't be loaded, or fails on its reference rows.
    """
    if request.data is not None and not request.data.is_file():
        raise CommandError(
            f"There is no file `{request.data}`.", remedy="Name a CSV file with --data.", code=Code.FILE_NOT_FOUND
        )
    if request.target is not None and request.data is None:
        raise CommandError(
            "--target names a column of --data, which is not given.",
            remedy="Add --data FILE.csv, or leave --target out.",
            code=Code.USAGE,
        )
    plan = RefitPlan(
        folder=find_project(request.folder),
        model=request.model,
        data=request.data,
        target=request.target,
        version=request.version,
        written=asked_of(request.encoding, request.separator, request.decimal),
        limits=Limits.of(request.max_seconds, request.max_memory_gb),
        calendar=Told(request.frequency, request.last),
    )
    try:
        with telling(events), prepared(plan, events) as made:
            events.idle()
            found = _result(made)
            agreed = not request.dry_run and (events.agree is None or events.agree(found))
            if agreed:
                made.apply()
            return replace(found, applied=agreed)
    except AnOpsError as error:
        problem = error.problem
        message = f"Can't take the model in, and the project stays as it was. {problem.message}"
        raise AnOpsError.of(replace(problem, lead=None, message=message)) from error


def _result(made: Refit) -> RefitResult:
    told, files = tuple(made.told), tuple(made.files)
    return RefitResult(
        made.before, made.version, made.step.reason, told, made.notes, files, made.texts, applied=False
    )  # fmt: skip


VERB = Verb("refit", "Replace the model of a project by a newer fit.", RefitRequest, run)
