"""What every way to write an answer has in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_model_interface.frames import Frame, Warn

    from anops_api_service.identity import Identity


@dataclass(frozen=True, slots=True)
class Closing:
    """What is known once all rows are predicted.

    Attributes:
        warnings: What goes with the rows.
        model: Which model it was.
        request_id: The request's id.
    """

    warnings: Sequence[Warn]
    model: Identity
    request_id: str


class Writer(Protocol):
    """Writes one answer.

    Attributes:
        warns: Whether the answer itself has a place for warnings; where not, they go into a header.
    """

    warns: bool

    @property
    def content_type(self) -> str:
        """The header of that name."""

    def rows(self, frame: Frame) -> bytes:
        """Write the next rows; a frame of no rows says which columns there are.

        Raises:
            AnOpsError: `MODEL_OUTPUT`: they have other columns than those before.
        """

    def close(self, closing: Closing) -> bytes:
        """Write what comes after the last row."""


def check_columns(frame: Frame, names: tuple[str, ...]) -> None:
    """See to it that all pieces of an answer have the same columns.

    Raises:
        AnOpsError: `MODEL_OUTPUT`: they have not.
    """
    if frame.names() != names:
        raise AnOpsError(
            Code.MODEL_OUTPUT,
            f"Can't use the model's answers: some have the columns {', '.join(names)}, others "
            f"{', '.join(frame.names())}.",
        )
