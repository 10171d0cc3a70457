"""Reads rows of so many columns that they are looked up by name: that costs the same in whatever order they come."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Records = list[dict[str, Any]]
Columns = dict[str, list[Any]]


class InexactError(Exception):
    """A fast decoder can't vouch for what it read."""


class WideBody(msgspec.Struct, forbid_unknown_fields=True):
    """A body of rows of whatever columns, whose values have been looked at by nobody yet.

    Attributes:
        data: The rows.
        options: What is asked of the model.
    """

    data: Records | Columns
    options: dict[str, Any] | None = None


class WideJson:
    """Finds the columns of one schema in wide rows."""

    def __init__(self, names: Iterable[str]) -> None:
        """Prepare for the columns of a schema.

        Args:
            names: Their names, in its order; two or more.
        """
        self._names = tuple(names)
        self._values = itemgetter(*self._names)
        self._decoder = msgspec.json.Decoder(WideBody)

    def decode(self, body: bytes) -> WideBody:
        """Read a body.

        Raises:
            msgspec.MsgspecError: It is none.
        """
        return self._decoder.decode(body)

    def is_exact(self, data: Records | Columns) -> bool:
        """Say whether rows have as many columns as the schema."""
        width = len(self._names)
        return len(data) == width if isinstance(data, dict) else all(len(record) == width for record in data)

    def rows(self, data: Records) -> list[tuple[Any, ...]]:
        """Return the values of each row, in the schema's order.

        Raises:
            InexactError: A column is missing.
        """
        try:
            return list(map(self._values, data))
        except KeyError:
            raise InexactError from None

    def lists(self, data: Records | Columns) -> Sequence[Sequence[Any]]:
        """Return the values of each column, in the schema's order.

        Raises:
            InexactError: A column is missing.
        """
        if isinstance(data, list):
            return list(zip(*self.rows(data), strict=True)) if data else [()] * len(self._names)
        try:
            lists: tuple[list[Any], ...] = self._values(data)
        except KeyError:
            raise InexactError from None
        return lists
