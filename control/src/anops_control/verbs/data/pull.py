"""Writes a version of a dataset into a file, in the form that is wanted."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from anops_model_interface.codes import Code

from anops_control.datasets.finding import board_of, version_of
from anops_control.datasets.port import data
from anops_control.datasets.reading import opened
from anops_control.datasets.telling import tell_run
from anops_control.errors import CommandError
from anops_control.events import telling
from anops_control.file_failures import unwritable
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.datasets.description import Description
    from anops_control.datasets.port import Stored
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPullRequest:
    """Which version is wanted, and where."""

    folder: Path
    """The project; its board is used."""
    name: str
    """The dataset."""
    version: str | None = None
    """The version, or how it or its hash begins; by default the latest."""
    form: Literal["csv", "parquet", "arrow", "rds"] | None = None
    """How the file is written; by default as it is kept."""
    output: Path
    """The file; or the folder, in which it has the dataset's name."""
    force: bool = False
    """Overwrite an existing file."""
    board: str | None = None
    """A board other than the project's: a folder or an address."""


@dataclass(frozen=True, slots=True)
class DataPullResult:
    """What was written.

    Attributes:
        output: The file.
        form: How it is written.
        stored: The version.
        description: What is known of it.
    """

    output: Path
    form: str
    stored: Stored
    description: Description

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        told = self.stored.to_dict() | self.description.to_dict()
        return {"output": str(self.output), "form": self.form, "dataset": told}


def run(request: DataPullRequest, events: Events) -> DataPullResult:
    """Write a version into a file: whole, or not at all.

    Raises:
        CommandError: There is no such version, it is altered, or can't be written.
    """
    adapter = data()
    with telling(events):
        board = board_of(adapter, request.folder, request.board)
        stored = version_of(board, request.name, request.version)
        with opened(adapter, board, stored, events) as (file, description):
            form = request.form or description.form
            if description.form == "rds" and form != "rds":
                raise CommandError(
                    f"`{stored.name}` is kept as RDS, which only R can read.",
                    remedy="Read it in R: anops::data_read(); or keep it as Parquet or CSV.",
                    code=Code.USAGE,
                )
            target = request.output / f"{stored.name}.{form}" if request.output.is_dir() else request.output
            if target.exists() and not request.force:
                raise CommandError(
                    f"{target} is there already.", remedy="Name another file, or add --force.", code=Code.FILE_EXISTS
                )
            made = target.with_name(f".{target.name[:80]}.{uuid.uuid4().hex[:8]}")
            try:
                events.doing(f"Writing {target.name}")
                adapter.convert(file, description, form, made)
                os.replace(made, target)  # noqa: PTH105  also over a file
            except OSError as error:
                raise unwritable(error, target) from error
            finally:
                made.unlink(missing_ok=True)
        events.idle()
        tell_run(stored, "read")
    return DataPullResult(target, form, stored, description)


VERB = Verb("data pull", "Write a version of a dataset into a file.", DataPullRequest, run)
