"""Small JSON bodies, whose rows are checked together with those of the others in their batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_model_interface.frames import Frame, OptionValue, Warn
    from anops_model_interface.notices import Notice
    from anops_model_interface.schema import Schema

    from anops_api_service.sent import Decoded, Sent

MOST_ROWS = 64
"""Of larger bodies the checks cost little beside the reading."""


class Reader(Protocol):
    """Reads bodies of one schema."""

    @property
    def schema(self) -> Schema:
        """The schema."""

    @property
    def model(self) -> str:
        """The model's name, for messages."""

    def read(self, body: bytes, options: Mapping[str, object] | None = None) -> Decoded:
        """Read a body, and report all that is wrong with it."""

    def frame_without_faults(self, values: Sequence[tuple[Any, ...]]) -> Frame | None:
        """Make a frame of rows, or None where there is anything to say of it."""


@dataclass(slots=True)
class SmallJson:
    """A body of which it is known that its JSON and its options are right.

    Attributes:
        reader: Reads bodies of this schema.
        body: What was sent.
        values: A tuple of values for each row, in the schema's order.
        options: What is asked of the model.
        key: The same for options that are the same.
        given: The options of the query.
    """

    reader: Reader
    body: bytes
    values: Sequence[tuple[Any, ...]]
    options: Mapping[str, OptionValue]
    key: bytes
    given: Mapping[str, object]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.values)

    @property
    def warnings(self) -> tuple[Warn, ...]:
        """Nothing: the rows were not looked at."""
        return ()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Nothing likewise."""
        return ()

    def together(self, others: Sequence[Sent]) -> Frame | None:
        """Check the rows of several small bodies at once: most are in order, and then one look at all is enough.

        Returns:
            All rows in order, or None where there is anything to say of them, or another kind of body among them.
        """
        values = [*self.values]
        for other in others:
            if not isinstance(other, SmallJson):
                return None
            values += other.values
        return self.reader.frame_without_faults(values)

    def read(self) -> Decoded:
        """Return the rows, checked by themselves.

        Raises:
            AnOpsError: Something does not fit; all faults together.
        """
        return self.reader.read(self.body, self.given)
