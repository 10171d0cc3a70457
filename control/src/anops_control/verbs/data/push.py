"""Copies a dataset to another board."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.datasets.finding import board_of, version_of, versions_of
from anops_control.datasets.port import Wanted, data
from anops_control.datasets.progress import advancing
from anops_control.datasets.reading import opened
from anops_control.errors import CommandError
from anops_control.events import telling
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.datasets.port import Stored
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class DataPushRequest:
    """What is copied, and where."""

    folder: Path
    """The project; its board is used."""
    name: str
    """The dataset."""
    to: str
    """The other board: a folder or an address."""
    version: str | None = None
    """One version, or how it or its hash begins; by default all."""
    board: str | None = None
    """A board other than the project's to copy from: a folder or an address."""


@dataclass(frozen=True, slots=True)
class DataPushResult:
    """What is at the other board now.

    Attributes:
        to: The board.
        pushed: Versions that were not there.
        there: Versions that were there already.
    """

    to: str
    pushed: list[Stored]
    there: list[Stored]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "to": self.to,
            "pushed": [each.to_dict() for each in self.pushed],
            "there": [each.to_dict() for each in self.there],
        }


def run(request: DataPushRequest, events: Events) -> DataPushResult:
    """Copy versions, the oldest first; those that are there stay as they are.

    Raises:
        CommandError: There is no such version, it is altered, or a board can't be used.
    """
    adapter = data()
    with telling(events):
        board = board_of(adapter, request.folder, request.board)
        other = board_of(adapter, request.folder, request.to)
        if other.address == board.address:
            raise CommandError(
                f"`{request.to}` is the board that is copied from.", remedy="Name another with --to.", code=Code.USAGE
            )
        chosen = versions_of(board, request.name)
        if request.version is not None:
            chosen = [version_of(board, request.name, request.version)]
        pushed: list[Stored] = []
        there: list[Stored] = []
        for each in chosen:
            with opened(adapter, board, each, events) as (file, description):
                wanted = Wanted(
                    name=each.name, file=file, description=description, hash=each.hash, created=each.created
                )
                stored, is_new = other.add(wanted, advancing(events, f"Copying {each.name} {each.version}"))
                (pushed if is_new else there).append(stored)
        events.idle()
    return DataPushResult(other.address, pushed, there)


VERB = Verb("data push", "Copy a dataset to another board.", DataPushRequest, run)
