"""Other forms of JSON than ours in which predictions are asked for and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from anops_model_interface.schema import Schema

    from anops_api_service.writers.writer import Writer


class Dialect(Protocol):
    """A form of JSON.

    Attributes:
        lines: The member that has a list of rows, whether these are objects or lists.
    """

    lines: str

    def plain(self, body: bytes, schema: Schema) -> bytes:
        """Return a body as `POST /predict` takes it.

        Args:
            body: JSON in UTF-8.
            schema: What the model takes.

        Raises:
            AnOpsError: `BODY_SYNTAX`, `BODY_SHAPE`: it is none of this form.
        """

    def writer(self) -> Writer:
        """Return what writes an answer."""
