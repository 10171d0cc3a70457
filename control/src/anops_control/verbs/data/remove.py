"""Removes a dataset, or a version of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code

from anops_control.datasets.finding import board_of, version_of, versions_of
from anops_control.datasets.port import data
from anops_control.errors import CommandError
from anops_control.events import telling
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_control.datasets.port import Stored
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRemoveRequest:
    """What is removed."""

    folder: Path
    """The project; its board is used."""
    name: str
    """The dataset."""
    version: str | None = None
    """One version, or how it or its hash begins; by default all."""
    yes: bool = False
    """Confirm the removal: what is removed can't be brought back."""
    board: str | None = None
    """A board other than the project's: a folder or an address."""


@dataclass(frozen=True, slots=True)
class DataRemoveResult:
    """What is gone.

    Attributes:
        name: The dataset.
        removed: The versions.
        kept: How many there are still.
    """

    name: str
    removed: Sequence[Stored]
    kept: int

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"name": self.name, "removed": [each.version for each in self.removed], "kept": self.kept}


def run(request: DataRemoveRequest, events: Events) -> DataRemoveResult:
    """Remove versions.

    Raises:
        CommandError: There is no such dataset or version, or nobody said that it is meant.
    """
    with telling(events):
        board = board_of(data(), request.folder, request.board)
        known = versions_of(board, request.name)
        gone = known if request.version is None else [version_of(board, request.name, request.version)]
        what = f"{len(gone)} version{'' if len(gone) == 1 else 's'} of `{gone[0].name}` in {board.address}"
        if not request.yes and (
            events.answer is None or events.answer(f"Remove {what}? It can't be brought back", ["y", "n"]) != "y"
        ):
            raise CommandError(f"Nothing was removed: {what}.", remedy="Confirm it with --yes", code=Code.USAGE)
        board.remove(gone[0].name, gone)
    return DataRemoveResult(gone[0].name, gone, len(known) - len(gone))


VERB = Verb("data remove", "Remove a dataset, or a version of it.", DataRemoveRequest, run)
