"""What a caller sent: rows for the model, checked already or still to be checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_model_interface.frames import Frame, OptionValue, Warn
    from anops_model_interface.notices import Notice


class Sent(Protocol):
    """What a caller sent: rows that fit the schema, or that are still to be checked."""

    @property
    def rows(self) -> int:
        """How many rows there are."""

    @property
    def options(self) -> Mapping[str, OptionValue]:
        """What is asked of the model; it fits the schema."""

    @property
    def key(self) -> bytes:
        """The same for options that are the same."""

    @property
    def warnings(self) -> tuple[Warn, ...]:
        """What was ignored or replaced, as far as it is known."""

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The same, to be counted."""

    def together(self, others: Sequence[Sent]) -> Frame | None:
        """Check these rows and those of others at once, where that costs less than one by one.

        Args:
            others: Of any kind, with the same options, for the same model.

        Returns:
            All rows in order, or None where there is anything to say of them: only each by itself can tell to whom.
        """

    def read(self) -> Decoded:
        """Return the rows, checked.

        Raises:
            AnOpsError: Something does not fit; all faults together.
        """


@dataclass(frozen=True, slots=True)
class Decoded:
    """A body, checked: what the model is asked.

    Attributes:
        frame: Rows that fit the schema.
        options: Options that fit it, defaults filled in.
        warnings: What was ignored or replaced.
        notices: The same, to be counted.
    """

    frame: Frame
    options: dict[str, OptionValue]
    warnings: tuple[Warn, ...] = ()
    notices: tuple[Notice, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.frame.rows

    @property
    def key(self) -> bytes:
        """The same for options that are the same."""
        return options_key(self.options)

    def together(self, others: Sequence[Sent]) -> Frame | None:
        """Return None: there is nothing left to check."""
        del others
        return None

    def read(self) -> Decoded:
        """Return itself: it is checked."""
        return self


def options_key(options: Mapping[str, OptionValue]) -> bytes:
    """Return a key that is the same for options that are the same."""
    return msgspec.json.encode(options, order="sorted")
