"""Lists the datasets of a board."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from anops_control.datasets.finding import board_of
from anops_control.datasets.port import data
from anops_control.errors import CommandError
from anops_control.verbs.verb import Verb

if TYPE_CHECKING:
    from anops_control.datasets.port import Stored
    from anops_control.events import Events


@dataclass(frozen=True, slots=True, kw_only=True)
class DataListRequest:
    """Whose datasets are listed."""

    folder: Path
    """The project; its board is used."""
    board: str | None = None
    """A board other than the project's: a folder or an address."""


@dataclass(frozen=True, slots=True)
class DataListResult:
    """What there is.

    Attributes:
        board: Where it is kept.
        latest: The latest version of each dataset, with how many there are.
        unread: What can't be read, with the reason.
    """

    board: str
    latest: list[tuple[Stored, int]]
    unread: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        told = [{**stored.to_dict(), "versions": count} for stored, count in self.latest]
        return {"board": self.board, "datasets": told, "unread": self.unread}


def run(request: DataListRequest, _: Events) -> DataListResult:
    """List them.

    Raises:
        CommandError: The board can't be used.
    """
    board = board_of(data(), request.folder, request.board)
    latest, unread = [], {}
    for name in board.names():
        try:
            versions = board.versions(name)
        except CommandError as error:
            unread[name] = error.message
            continue
        if versions:
            latest.append((versions[-1], len(versions)))
    return DataListResult(board.address, latest, unread)


VERB = Verb("data list", "List the datasets of a board.", DataListRequest, run)
