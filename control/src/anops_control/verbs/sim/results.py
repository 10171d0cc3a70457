"""Writes what an experiment has found into a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.experiments.finding import place_of
from anops_control.experiments.port import laboratory
from anops_control.file_failures import unwritable
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class SimResultsRequest:
    """Whose results, and where."""

    folder: Path
    """The project's folder."""
    name: str
    """The experiment."""
    output: Path | None = None
    """The file: CSV by its ending, else Parquet; by default `results.parquet` beside what is kept."""
    exact: bool = False
    """Write numbers in a CSV file in hexadecimal, of which R and Python read every bit, and a missing value as \\N."""
    summary: bool = False
    """Write a row for each parameter set, as `aggregate` made it, not for each run."""
    table: str | None = None
    """Write an output that is a data frame: each of its rows, with the run and its parameters before it."""
    force: bool = False
    """Overwrite an existing file."""


@dataclass(frozen=True, slots=True)
class SimResultsResult:
    """What was written.

    Attributes:
        told: The facts.
    """

    told: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return self.told


def run(request: SimResultsRequest, events: Events) -> SimResultsResult:
    """Write a row for each run: its parameters, its outputs, how it ended; or each row of a data frame of the runs.

    Raises:
        CommandError: The experiment was never run, or the file can't be written.
    """
    del events
    place, output = place_of(request.folder), request.output
    if output is not None and output.exists() and not request.force:
        raise CommandError(
            f"{output} is there already.", remedy="Name another file, or add --force.", code=Code.FILE_EXISTS
        )
    with laboratory() as who:
        try:
            return SimResultsResult(
                who.results(
                    place.folder, request.name, output, exact=request.exact, summed=request.summary, table=request.table
                )
            )
        except OSError as error:
            raise unwritable(error, output or place.folder) from error


VERB = Verb("sim results", "Write the results of an experiment into a file.", SimResultsRequest, run)
