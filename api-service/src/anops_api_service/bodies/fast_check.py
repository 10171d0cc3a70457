"""One look at many rows that finds nothing to say of them, which is so for most: each check costs a call, not a row."""

from __future__ import annotations

import struct
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.columns import MAX_EXACT, Column
from anops_model_interface.frames import Frame
from anops_model_interface.number_block import NumberBlock

from anops_api_service.bodies.doubles import doubles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_model_interface.schema import Schema

_LARGEST = float(np.nextafter(MAX_EXACT, 0))
"""Beyond this, a whole number may have been rounded to a double."""


class FastCheck:
    """The checks of one schema's columns of numbers, categories, texts and truths, made ready once."""

    def __init__(self, schema: Schema, *, typed: bool = True) -> None:
        """Prepare the checks of a schema; other types of columns are left to closer looks.

        Args:
            schema: The contract.
            typed: Whether the decoder has looked at the types, so that a number is a double or missing.
        """
        inputs = list(schema.inputs.items())
        self._names = tuple(schema.inputs)
        self._kinds = [spec.type for _, spec in inputs]
        self._numbers = _Numbers(schema, "number")
        self._integers = _Numbers(schema, "integer")
        self._truths = [i for i, (_, spec) in enumerate(inputs) if spec.type == "boolean"]
        self._texts = [
            (i, spec.level_set if spec.levels is not None else None)
            for i, (_, spec) in enumerate(inputs)
            if spec.type == "string" or (spec.type == "category" and spec.levels is not None)
        ]
        known = len(self._numbers.places) + len(self._integers.places) + len(self._truths) + len(self._texts)
        self.possible = bool(inputs) and known == len(inputs)
        self._alone = len(self._numbers.places) == len(inputs)
        self._typed = typed
        self._allowed = [(i, frozenset(spec.values)) for i, (_, spec) in enumerate(inputs) if spec.values]

    def frame(self, rows: Sequence[tuple[Any, ...]]) -> Frame | None:
        """Make a frame of rows.

        Args:
            rows: A tuple of values for each row, in the schema's order, as the decoder gives them; at least one.

        Returns:
            The frame, or None where something is missing, or there may be anything to say of it.
        """
        if self._alone and not self._allowed:
            matrix = self._doubles([*chain.from_iterable(rows)] if len(rows) > 1 else rows[0], rows=len(rows))
            return None if matrix is None else Frame(NumberBlock(self._names, matrix), len(rows))
        lists = list(zip(*rows, strict=True))
        if any(not allowed.issuperset(lists[i]) for i, allowed in self._allowed):
            return None
        if any(not _fits(lists[i], levels) for i, levels in self._texts):
            return None
        values: list[Any] = list(lists)
        if not (self._fill_numbers(values, len(rows)) and self._fill_others(values)):
            return None
        triples = zip(self._names, self._kinds, values, strict=True)
        return Frame(tuple(Column(name, kind, each) for name, kind, each in triples), len(rows))

    def _fill_numbers(self, values: list[Any], count: int) -> bool:
        """Put arrays in the place of numbers, all of a type at once; say whether that leaves nothing to say of them."""
        if places := self._numbers.places:
            # in the order of rows, as `_doubles` takes them
            matrix = self._doubles(
                list(chain.from_iterable(zip(*(values[i] for i in places), strict=True))), rows=count
            )
            if matrix is None:
                return False
            for i, row in zip(places, matrix, strict=True):
                values[i] = row
        if places := self._integers.places:
            whole = self._integers.whole(list(chain.from_iterable(values[i] for i in places)), rows=count)
            if whole is None:
                return False
            for i, row in zip(places, whole, strict=True):
                values[i] = row
        return True

    def _fill_others(self, values: list[Any]) -> bool:
        """Put arrays in the place of truths and texts; say whether all were such."""
        for i in self._truths:
            if set(map(type, values[i])) != {bool}:
                return False
            values[i] = np.array(values[i], dtype=bool)
        for i, _ in self._texts:
            if not self._typed and set(map(type, values[i])) != {str}:
                return False
            values[i] = np.array(values[i], dtype=object)
        return True

    def _doubles(self, flat: Sequence[Any], *, rows: int) -> np.ndarray | None:
        """Return the columns of numbers as an array of (columns, rows), from the values of row after row."""
        if not self._typed and not {float, int}.issuperset(map(type, flat)):
            return None
        try:
            # the decoder gives no integer and no boolean for a number, so this takes nothing but doubles
            matrix = doubles(flat).reshape(rows, -1)
        except (struct.error, OverflowError):
            return None  # something is missing, or an infinity
        # a NaN, which no JSON has, would fail both
        if not self._numbers.hold(matrix.min(axis=0), matrix.max(axis=0)):
            return None
        return np.ascontiguousarray(matrix.T)


class _Numbers:
    """The columns of one type of number, and what they may be without anything to say of it."""

    def __init__(self, schema: Schema, kind: str) -> None:
        specs = [(i, spec) for i, spec in enumerate(schema.inputs.values()) if spec.type == kind]
        self.places = [i for i, _ in specs]
        largest = _LARGEST if kind == "number" else float(1 << 62)
        self._low = _ends(*((spec.min, spec.seen and spec.seen[0], -largest) for _, spec in specs), largest=True)
        self._high = _ends(*((spec.max, spec.seen and spec.seen[1], largest) for _, spec in specs), largest=False)

    def hold(self, low: np.ndarray, high: np.ndarray) -> bool:
        """Say whether each column's smallest and largest value are where there is nothing to say of them."""
        return bool((low >= self._low).all() and (high <= self._high).all())

    def whole(self, flat: Sequence[Any], *, rows: int) -> np.ndarray | None:
        """Return whole numbers as an array of (columns, rows), from the values of column after column."""
        if set(map(type, flat)) != {int}:
            return None
        try:
            matrix = np.array(flat, dtype=np.int64).reshape(len(self.places), rows)
        except OverflowError:
            return None
        return matrix if self.hold(matrix.min(axis=1), matrix.max(axis=1)) else None


def _fits(texts: Sequence[Any], levels: frozenset[str] | None) -> bool:
    if levels is not None:
        return levels.issuperset(texts)
    return None not in texts


def _ends(*choices: tuple[Any, ...], largest: bool) -> np.ndarray:
    pick = max if largest else min
    return np.array([pick(float(end) for end in ends if end is not None) for ends in choices], dtype=np.float64)
