"""The parameters that are looked for: their ranges, and their places between 0 and 1."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from anops_experiments.failures import ExperimentError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_experiments.tasks import Scalar


@dataclass(frozen=True, slots=True)
class Span:
    """A range.

    Attributes:
        low: Its lower end.
        high: Its upper end.
        is_log: Whether places are even in the logarithm.
        is_whole: Whether values are whole numbers.
    """

    low: float
    high: float
    is_log: bool = False
    is_whole: bool = False

    def place(self, value: float) -> float:
        """Return where a value is, from 0 to 1."""
        if self.is_log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def value(self, place: float) -> float:
        """Return the value at a place."""
        at = min(max(place, 0.0), 1.0)
        value = self.low * (self.high / self.low) ** at if self.is_log else self.low + at * (self.high - self.low)
        return float(round(value)) if self.is_whole else min(max(value, self.low), self.high)


@dataclass(frozen=True, slots=True)
class Space:
    """What is looked for.

    Attributes:
        spans: Parameters with a range.
        choices: Parameters with a list of values.
        fixed: Parameters with one value.
    """

    spans: Mapping[str, Span]
    choices: Mapping[str, list[Scalar]]
    fixed: Mapping[str, Scalar]

    @classmethod
    def read(cls, parameters: Mapping[str, Any]) -> Space:
        """Return what the parameters of a calibration are.

        Raises:
            ExperimentError: There is nothing to look for.
        """
        spans = {
            name: Span(
                float(told["min"]), float(told["max"]), told.get("scale") == "log", bool(told.get("whole", False))
            )
            for name, told in parameters.items()
            if isinstance(told, dict)
        }
        choices = {name: told for name, told in parameters.items() if isinstance(told, list) and len(told) > 1}
        single = {name: told[0] for name, told in parameters.items() if isinstance(told, list) and len(told) == 1}
        fixed = {name: told for name, told in parameters.items() if not isinstance(told, dict | list)} | single
        if not spans and not choices:
            raise ExperimentError(
                "There is nothing to calibrate: no parameter has a range or a list of values.",
                remedy="Give each parameter to be calibrated its range: parameters.beta = { min = 0.1, max = 0.5 }",
            )
        return cls(spans, choices, fixed)

    def places(self, params: Mapping[str, Scalar]) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return where parameters are in the ranges."""
        return np.array([span.place(float(params[name])) for name, span in self.spans.items()])

    def params(self, places: np.ndarray[Any, Any], chosen: Mapping[str, Scalar]) -> dict[str, Scalar]:
        """Return the parameters at places, with the choices of others."""
        values = {name: span.value(float(at)) for (name, span), at in zip(self.spans.items(), places, strict=True)}
        return {**self.fixed, **{name: chosen[name] for name in self.choices}, **values}
