"""Small JSON bodies, whose rows are checked together with those of the others in their batch."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_model_interface.frames import Frame, OptionValue

    from anops_api_service.bodies.decoded import Decoded
    from anops_api_service.bodies.json_body import JsonBody

MOST_ROWS = 64
"""Of larger bodies the checks cost little beside the reading."""


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

    reader: JsonBody
    body: bytes
    values: Sequence[tuple[Any, ...]]
    options: Mapping[str, OptionValue]
    key: bytes
    given: Mapping[str, object]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.values)

    def read(self) -> Decoded:
        """Return the rows, checked by themselves.

        Raises:
            AnOpsError: Something does not fit; all faults together.
        """
        return self.reader.read(self.body, self.given)


def frame_together(parts: Sequence[SmallJson]) -> Frame | None:
    """Check the rows of several bodies for one model at once.

    Args:
        parts: At least one; all were read by the reader of the first.

    Returns:
        All rows in order, or None where there is anything to say of them: only each by itself can tell to whom.
    """
    return parts[0].reader.frame_without_faults(list(chain.from_iterable(part.values for part in parts)))
