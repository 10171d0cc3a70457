"""What goes to the model in one call: pieces of requests, checked together, and each answered by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.stacking import stack

if TYPE_CHECKING:
    import asyncio

    from anops_model_interface.frames import Frame

    from anops_api_service.call_trace import CallTrace, SharedCall
    from anops_api_service.deadline import Deadline
    from anops_api_service.model_answer import ModelAnswer
    from anops_api_service.sent import Sent


@dataclass(slots=True, eq=False)
class Piece:
    """Rows that are sent together: a whole request, or what `max_rows` cuts from a large one.

    Attributes:
        sent: The rows, and what is asked of the model.
        rows: How many rows there are.
        key: The same for options that are the same.
        answer: Where the caller waits.
        deadline: Until when it does.
        arrived: When it came, by the clock of `time.perf_counter`.
        trace: The trace of its request; None: there is none.
        alone: Whether it is sent by itself, because a batch that it was in failed or warned.
        suspect: Whether that batch passed the deadline, so that the model may hang over these rows.
    """

    sent: Sent
    rows: int
    key: bytes
    answer: asyncio.Future[ModelAnswer]
    deadline: Deadline
    arrived: float
    trace: CallTrace | None = None
    alone: bool = False
    suspect: bool = False


def checked(batch: list[Piece]) -> tuple[list[Piece], Frame] | None:
    """Make one frame of a batch.

    Returns:
        The pieces that fit the schema and all their rows, or None where no piece does: each was told what is wrong.
    """
    first, *others = [piece.sent for piece in batch]
    try:
        frame = first.together(others)
    except Exception:  # noqa: BLE001  which of them it was comes out below
        frame = None
    if frame is not None:
        return batch, frame
    fit: list[Piece] = []
    frames: list[Frame] = []
    for piece in batch:
        try:
            piece.sent = decoded = piece.sent.read()
        except Exception as error:  # noqa: BLE001  it belongs to the one who waits for it
            refuse([piece], error)
        else:
            fit.append(piece)
            frames.append(decoded.frame)
    return (fit, stack(frames)) if fit else None


def trace_of(batch: list[Piece]) -> tuple[CallTrace | None, SharedCall | None]:
    """Return the trace that the call of a batch belongs to, once more where it is one of its own, begun now."""
    if len(batch) == 1:
        return batch[0].trace, None
    for piece in batch:
        if piece.trace is not None:
            shared = piece.trace.shared()
            return shared, shared
    return None, None


def answer(piece: Piece, answered: ModelAnswer) -> None:
    """Give a caller the answer, with what was told of the rows themselves."""
    if piece.answer.done():
        return
    if piece.sent.warnings:
        told = (*piece.sent.warnings, *answered.warnings)
        answered = replace(answered, warnings=told, notices=piece.sent.notices)
    piece.answer.set_result(answered)


def refuse(batch: list[Piece], error: Exception) -> None:
    """Tell all who still wait why there is no answer."""
    for piece in batch:
        if not piece.answer.done():
            piece.answer.set_exception(error)


def hung(seconds: float) -> AnOpsError:
    """Say that rows were tried by themselves after their batch had passed the deadline, and took too long again."""
    return AnOpsError(
        Code.DEADLINE,
        "Can't predict: it was ended at the deadline together with other requests, and then by itself after "
        f"{seconds:.3g} seconds, several times as long as others take.",
        remedy="Look at what the model does with these rows. If they need so long, send fewer in a request.",
    )
