"""How the workers of a model-service are, in figures: its api-service asks for them on the private stream."""

from __future__ import annotations

from typing import Self

import msgspec


class WorkerFigure(msgspec.Struct, frozen=True):
    """One worker.

    Attributes:
        pid: The ID of its process, where it runs.
        memory_bytes: Its resident memory, shared or not; 0 where the system does not tell.
        answered: How many requests it has answered; what it answers to who has borrowed it is added when it is back.
    """

    pid: int
    memory_bytes: int
    answered: int


class WorkerFigures(msgspec.Struct, frozen=True):
    """All workers of one model-service.

    Attributes:
        workers: Those that are ready, or compute.
        wanted: How many there are to be.
        restarted: How many were started in the place of others, whatever became of those.
    """

    workers: tuple[WorkerFigure, ...]
    wanted: int
    restarted: int

    def to_bytes(self) -> bytes:
        """Write them as the body of a message."""
        return msgspec.json.encode(self)

    @classmethod
    def from_bytes(cls, body: bytes) -> Self:
        """Read what `to_bytes()` wrote.

        Raises:
            msgspec.MsgspecError: It is something else.
        """
        return msgspec.json.decode(body, type=cls)
