"""One look at all columns of numbers, which tells the few that want a closer one: a call costs more than a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LARGEST = float(np.finfo(np.float64).max)


class _Limited(Protocol):
    """What is asked of a column's specification; a schema makes its limits itself, so they can't name its class."""

    @property
    def type(self) -> str: ...
    @property
    def min(self) -> float | str | None: ...
    @property
    def max(self) -> float | str | None: ...
    @property
    def seen(self) -> tuple[float | str, float | str] | None: ...
    @property
    def values(self) -> Sequence[float] | None: ...
    @property
    def missing(self) -> str | float | bool | None: ...
    @property
    def infinite(self) -> str | None: ...


class NumberLimits:
    """What a schema says of its columns of numbers.

    Attributes:
        names: The columns' names, in the schema's order.
    """

    def __init__(self, inputs: Mapping[str, _Limited]) -> None:
        """Gather the limits.

        Args:
            inputs: All columns of a schema, their policies resolved.
        """
        numbers = {name: spec for name, spec in inputs.items() if spec.type == "number"}
        specs = numbers.values()
        self.names = tuple(numbers)
        self._low = _ends([(spec.min, spec.seen and spec.seen[0], _finite(spec, -1)) for spec in specs], largest=True)
        self._high = _ends([(spec.max, spec.seen and spec.seen[1], _finite(spec, 1)) for spec in specs], largest=False)
        self._always = np.array([spec.values is not None for spec in specs], dtype=bool)
        self._needed = np.array([spec.missing != "allow" for spec in specs], dtype=bool)

    def worth_a_look(self, values: np.ndarray) -> np.ndarray:
        """Tell which columns hold a value of which there may be anything to say (1-D, bool).

        Args:
            values: Those of the columns of numbers, of shape (columns, rows); missing is NaN.
        """
        if not values.shape[1]:
            return np.zeros(len(values), dtype=bool)
        # of a column in which all is missing both are NaN, which is neither smaller nor greater
        low, high = np.fmin.reduce(values, axis=1), np.fmax.reduce(values, axis=1)
        wanted: np.ndarray = (low < self._low) | (high > self._high) | self._always
        if self._needed.any():
            wanted |= self._needed & np.isnan(values).any(axis=1)
        return wanted


def _finite(spec: _Limited, sign: int) -> float | None:
    return sign * _LARGEST if spec.infinite == "error" else None


def _ends(choices: list[tuple[float | str | None, ...]], *, largest: bool) -> np.ndarray:
    pick, none = (max, -np.inf) if largest else (min, np.inf)
    ends = [pick((float(end) for end in some if end is not None), default=none) for some in choices]
    return np.array(ends, dtype=np.float64)
