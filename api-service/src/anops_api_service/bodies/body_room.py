"""How much memory all bodies under way may take together."""

from __future__ import annotations

from dataclasses import dataclass

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

UNCOUNTED = 1 << 16
"""A body counts from here on: how many smaller ones there can be is limited by the number of connections."""


@dataclass(slots=True)
class BodyRoom:
    """What all bodies take.

    Attributes:
        limit: Bytes there may be.
        taken: Bytes there are.
    """

    limit: int
    taken: int = 0


class Held:
    """What one body takes of the room."""

    __slots__ = ("_room", "size")

    def __init__(self, room: BodyRoom) -> None:
        self.size = 0
        self._room = room

    def resize(self, size: int) -> None:
        """Say how much it takes now.

        Raises:
            AnOpsError: `QUEUE_FULL`: there is no room for so much.
        """
        size = size if size > UNCOUNTED else 0
        more = size - self.size
        room = self._room
        # a body alone is limited by a size of its own
        if more > 0 and room.taken + more > room.limit and room.taken > self.size:
            raise AnOpsError(
                Code.QUEUE_FULL,
                f"Can't read the body: together with others in progress it takes more than the "
                f"{room.limit / 1_000_000:g} MB available.",
                remedy="Send it again later, or start the api-service with a larger max_bodies_mb.",
            )
        room.taken += more
        self.size = size

    def give_back(self) -> None:
        """Take nothing any more."""
        self._room.taken -= self.size
        self.size = 0
