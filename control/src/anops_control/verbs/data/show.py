"""Shows what is known of a dataset."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.datasets.finding import board_of, version_of, versions_of
from anops_control.datasets.port import data
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_control.datasets.port import Stored
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class DataShowRequest:
    """Which version is shown."""

    folder: Path
    """The project; its board is used."""
    name: str
    """The dataset."""
    version: str | None = None
    """The version, or how it or its hash begins; by default the latest."""
    board: str | None = None
    """A board other than the project's: a folder or an address."""


@dataclass(frozen=True, slots=True)
class DataShowResult:
    """What is known.

    Attributes:
        stored: The version.
        versions: All versions, the oldest first.
        board: Where it is kept.
    """

    stored: Stored
    versions: Sequence[Stored]
    board: str

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        listed = [{"version": each.version, "created": each.created, "bytes": each.bytes} for each in self.versions]
        return {"board": self.board, "dataset": self.stored.to_dict(), "versions": listed}


def run(request: DataShowRequest, _: Events) -> DataShowResult:
    """Show a version.

    Raises:
        CommandError: There is no such dataset or version.
    """
    board = board_of(data(), request.folder, request.board)
    stored = version_of(board, request.name, request.version)
    return DataShowResult(stored, versions_of(board, request.name), board.address)


VERB = Verb("data show", "Show what is known of a dataset.", DataShowRequest, run)
