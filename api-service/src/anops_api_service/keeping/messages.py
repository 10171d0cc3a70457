"""What the service tells the process that writes its prediction log, and what that tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence  # noqa: TC003  the decoder looks at them
from typing import TYPE_CHECKING, Any

import msgspec
from anops_model_interface.frames import Warn  # noqa: TC002  the decoder looks at it
from anops_model_interface.prediction_log import Failure  # noqa: TC002  the same

from anops_api_service.keeping.kept_columns import KeptColumns  # noqa: TC001  the same

if TYPE_CHECKING:
    from typing import BinaryIO

_LENGTH_BYTES = 8


class Asked(msgspec.Struct, array_like=True, gc=False):
    """A request that was answered, or a piece of one: the fields of `Prediction` that no value stands in."""

    request_id: str
    time: float
    model: str
    version: str
    digest: str
    first_row: int
    rows: int
    role: str
    unit: str


class Written(msgspec.Struct, array_like=True, tag="written", gc=False):
    """A row of the log as it is to be kept; its values are None where they are not.

    Attributes:
        asked: The request.
        options: What was asked of the model, as JSON.
        inputs: The rows, as JSON.
        outputs: The predictions, as JSON.
        warnings: What went with them, as JSON.
    """

    asked: Asked
    options: str | None = None
    inputs: str | None = None
    outputs: str | None = None
    warnings: str | None = None


class Small(msgspec.Struct, array_like=True, tag="small", gc=False):
    """A small JSON body whose rows are still to be looked at.

    Attributes:
        asked: The request.
        reader: Which reader reads it; see `Message.readers`.
        call: The same for neighbours that shared a call of the model: they are looked at as one.
        options: What was asked of the model, as JSON.
        given: The options of its query.
        body: What was sent.
        values: A tuple of values for each row, in the schema's order.
        outputs: The predictions, as JSON.
        warnings: What the model warned of.
    """

    asked: Asked
    reader: int
    call: int
    options: bytes
    given: Mapping[str, Any]
    body: bytes
    values: Sequence[tuple[Any, ...]]
    outputs: bytes
    warnings: tuple[Warn, ...]


class Begin(msgspec.Struct):
    """What the process must know before the first message; not on its command line, which all can see.

    Attributes:
        place: Where the log is.
        columns: What may be kept of the rows.
    """

    place: str
    columns: KeptColumns


class ReaderOf(msgspec.Struct, array_like=True):
    """A reader of JSON bodies.

    Attributes:
        number: Which it is.
        schema: Its schema, as JSON.
        model: The model's name.
    """

    number: int
    schema: str
    model: str


class Message(msgspec.Struct):
    """What is to be kept at once.

    Attributes:
        entries: Requests that were answered, in the order of their answers.
        readers: Readers that no message has told of before.
        failures: What a version could not answer.
        dropped: How many requests could not be kept.
        time: When this was told, in seconds since 1970.
        before: Delete what is older than this, in seconds since 1970.
        most_bytes: Then the oldest until the log is no larger.
    """

    entries: list[Written | Small]
    readers: list[ReaderOf] = []
    failures: list[Failure] = []
    dropped: int = 0
    time: float = 0.0
    before: float | None = None
    most_bytes: int | None = None


class Reply(msgspec.Struct):
    """What became of a message.

    Attributes:
        failed: Why nothing of it was kept; empty: all was.
        not_deleted: Why what is old or too much was not deleted; empty: it was.
    """

    failed: str = ""
    not_deleted: str = ""


def send(stream: BinaryIO, message: Begin | Message | Reply) -> None:
    """Write a message, its length before it."""
    content = msgspec.msgpack.encode(message)
    stream.write(len(content).to_bytes(_LENGTH_BYTES, "big") + content)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """Return the next message, not yet decoded; None where the other side has ended."""
    head = stream.read(_LENGTH_BYTES)
    if len(head) < _LENGTH_BYTES:
        return None
    size = int.from_bytes(head, "big")
    content = stream.read(size)
    return content if len(content) == size else None
