"""One look at many rows that finds nothing to say of them, which is so for most: each check costs a call, not a row."""

from __future__ import annotations

import struct
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.columns import MAX_EXACT, Column
from anops_model_interface.frames import Frame

from anops_api_service.bodies.doubles import doubles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_model_interface.schema import Schema

_LARGEST = float(np.nextafter(MAX_EXACT, 0))
"""Beyond this, a whole number may have been rounded to a double."""


class FastCheck:
    """The checks of one schema's columns of numbers, categories and texts, made ready once."""

    def __init__(self, schema: Schema) -> None:
        """Prepare the checks of a schema; other types of columns are left to closer looks.

        Args:
            schema: The contract.
        """
        inputs = list(schema.inputs.items())
        self._numbers = [i for i, (_, spec) in enumerate(inputs) if spec.type == "number"]
        self._texts = [
            (i, frozenset(spec.levels) if spec.levels is not None else None)
            for i, (_, spec) in enumerate(inputs)
            if spec.type == "string" or (spec.type == "category" and spec.levels is not None)
        ]
        self._names = [(name, spec.type) for name, spec in inputs]
        self.possible = bool(inputs) and len(self._numbers) + len(self._texts) == len(inputs)
        numbers = [inputs[i][1] for i in self._numbers]
        self._allowed = [
            (i, frozenset(spec.values)) for i, (_, spec) in enumerate(inputs) if spec.values and spec.type == "number"
        ]
        self._low = _ends(*((spec.min, spec.seen and spec.seen[0], -_LARGEST) for spec in numbers), largest=True)
        self._high = _ends(*((spec.max, spec.seen and spec.seen[1], _LARGEST) for spec in numbers), largest=False)

    def frame(self, rows: Sequence[tuple[Any, ...]]) -> Frame | None:
        """Make a frame of rows.

        Args:
            rows: A tuple of values for each row, in the schema's order, as the decoder gives them; at least one.

        Returns:
            The frame, or None where something is missing, or there may be anything to say of it.
        """
        lists = list(zip(*rows, strict=True))
        count = len(rows)
        if any(not allowed.issuperset(lists[i]) for i, allowed in self._allowed):
            return None
        if any(not _fits(lists[i], levels) for i, levels in self._texts):
            return None
        values: list[Any] = list(lists)
        if self._numbers:
            try:
                # the decoder gives no integer and no boolean for a number, so this takes nothing but doubles
                flat = doubles(list(chain.from_iterable(lists[i] for i in self._numbers)))
            except struct.error:
                return None  # something is missing, or an infinity
            matrix = flat.reshape(len(self._numbers), count)
            # a NaN, which no JSON has, would fail both
            if not ((matrix.min(axis=1) >= self._low).all() and (matrix.max(axis=1) <= self._high).all()):
                return None
            for i, row in zip(self._numbers, matrix, strict=True):
                values[i] = row
        for i, _ in self._texts:
            values[i] = np.array(lists[i], dtype=object)
        columns = (Column(name, kind, each) for (name, kind), each in zip(self._names, values, strict=True))
        return Frame(tuple(columns), count)


def _fits(texts: Sequence[Any], levels: frozenset[str] | None) -> bool:
    if levels is not None:
        return levels.issuperset(texts)
    return None not in texts


def _ends(*choices: tuple[Any, ...], largest: bool) -> np.ndarray:
    pick = max if largest else min
    return np.array([pick(float(end) for end in ends if end is not None) for ends in choices], dtype=np.float64)
