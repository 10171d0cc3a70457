"""What a fitted model of a time series can do, whatever library it is of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import pandas as pd

STEP = "step"
"""The column that says how many periods ahead a row is."""
LEAD = "Can't forecast: "


@dataclass(frozen=True, slots=True)
class Contract:
    """What a fitted model says of its series.

    Attributes:
        frequency: By the names of pandas; None where it does not say.
        last: The time of the last observation of the fit; None where it does not say.
        time_zone: Where its days begin.
        period: After how many observations the seasons repeat.
        value: What is observed.
        keys: The columns that tell the series of a panel from each other.
    """

    frequency: str | None = None
    last: str | None = None
    time_zone: str | None = None
    period: tuple[float, ...] = ()
    value: str = "value"
    keys: tuple[str, ...] = ()

    def section(self, *, updates: bool) -> dict[str, Any]:
        """Return what `[series]` of ao.toml says."""
        said: dict[str, Any] = {"frequency": self.frequency, "last": self.last, "time_zone": self.time_zone}
        said["period"] = [int(each) if float(each).is_integer() else each for each in self.period] or None
        said["value"] = self.value
        said["keys"] = list(self.keys) or None
        return {name: value for name, value in said.items() if value is not None} | {"updates": updates}


class Forecaster(ABC):
    """A fitted model of one series, at the end of what it has seen."""

    regressors: Sequence[str] = ()
    """The columns that the future must be given for, in the order of the fit."""
    levels = True
    """Whether it has intervals."""
    simulates = False
    """Whether it can draw paths."""
    updates = False
    """Whether it takes in observations without being fitted again."""
    looks_back = False
    """Whether the forecast of a step depends on the regressors of the steps before it."""

    @abstractmethod
    def contract(self) -> Contract:
        """Return what the fit says of its series."""

    @abstractmethod
    def forecast(self, steps: int, future: pd.DataFrame | None, levels: Sequence[float]) -> dict[str, np.ndarray]:
        """Forecast.

        Args:
            steps: How many periods.
            future: A row of regressors for each of them; None where there are none.
            levels: The coverages of the intervals, in percent.

        Returns:
            `prediction`, and `lower_80` and `upper_80` for each level, each as long as there are steps.
        """

    @abstractmethod
    def paths(self, steps: int, future: pd.DataFrame | None, count: int, seed: int) -> np.ndarray:
        """Draw paths of the future; of the shape (steps, count)."""

    @abstractmethod
    def moved(self, observed: pd.DataFrame) -> Self:
        """Return the model after further observations, its parameters unchanged.

        Args:
            observed: A row for each period from the end of the fit on, without a gap: its value (NaN where there was no
                observation), and the regressors.
        """


def interval_names(level: float) -> tuple[str, str]:
    """Return the names of an interval's columns: `lower_80`, `upper_97.5`."""
    return f"lower_{level:.10g}", f"upper_{level:.10g}"
