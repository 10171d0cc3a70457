"""What a fitted model of time series can do, whatever library it is of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

STEP = "step"
"""The column that says how many periods ahead a row is."""
LEAD = "Can't forecast: "
Key = tuple[str, ...]
"""Which series of a panel: the values of its key columns, in their order."""


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
        behind: How many periods before `last` the data of a series end, where they do.
    """

    frequency: str | None = None
    last: str | None = None
    time_zone: str | None = None
    period: tuple[float, ...] = ()
    value: str = "value"
    keys: tuple[str, ...] = ()
    behind: Mapping[str, int] = field(default_factory=dict)

    def section(self, *, updates: bool, gaps: bool = True) -> dict[str, Any]:
        """Return what `[series]` of ao.toml says."""
        said: dict[str, Any] = {"frequency": self.frequency, "last": self.last, "time_zone": self.time_zone}
        said["period"] = [int(each) if float(each).is_integer() else each for each in self.period] or None
        said["value"] = self.value
        said["keys"] = list(self.keys) or None
        found = {name: value for name, value in said.items() if value is not None} | {"updates": updates}
        found |= {"gaps": False} if updates and not gaps else {}
        return found | ({"behind": dict(self.behind)} if self.behind else {})


class Series(ABC):
    """A fitted model of one series or of a panel of them: what can be asked of it."""

    regressors: Sequence[str] = ()
    """The columns that the future must be given for, in the order of the fit."""
    booleans: Sequence[str] = ()
    """Those of them that are true or false."""
    seen: Mapping[str, tuple[float, float]] = {}
    """The ranges of the regressors that it was fitted on, where it keeps them."""
    levels = True
    """Whether it has intervals."""
    simulates = False
    """Whether it can draw paths."""
    updates = False
    """Whether it takes in observations without being fitted again."""
    gaps = True
    """Whether it goes across periods without an observation."""
    looks_back = False
    """Whether the forecast of a step depends on the regressors of the steps before it."""
    draws = False
    """Whether its intervals are drawn by chance, so that they depend on how many steps are asked for."""
    keys: Mapping[str, Sequence[str]] = {}
    """Of a panel, the values of each key column."""
    variants: Sequence[str] = ()
    """The models that it holds for each series, where there are several; the first one answers if none is named."""
    notes: Sequence[str] = ()
    """What a person should know of it."""

    @abstractmethod
    def contract(self) -> Contract:
        """Return what the fit says of its series."""

    @abstractmethod
    def of(self, key: Key, variant: str | None) -> Forecaster:
        """Return the model of one series.

        Args:
            key: Which one; empty where there is only one.
            variant: Which of its models; None: the first.
        """


class Forecaster(Series):
    """A fitted model of one series, at the end of what it has seen."""

    lag = 0
    """Of a series of a panel, how many periods before those of the others its data end."""

    def of(self, key: Key, variant: str | None) -> Forecaster:
        """Return itself; see `Series`."""
        del key, variant
        return self

    @abstractmethod
    def forecast(
        self, steps: int, future: pd.DataFrame | None, levels: Sequence[float], seed: int
    ) -> dict[str, np.ndarray]:
        """Forecast.

        Args:
            steps: How many periods.
            future: A row of regressors for each of them; None where there are none.
            levels: The coverages of the intervals, in percent.
            seed: With the same one, intervals that are drawn are the same.

        Returns:
            `prediction`, and `lower_80` and `upper_80` for each level, each as long as there are steps.
        """

    def paths(self, steps: int, future: pd.DataFrame | None, count: int, seed: int) -> np.ndarray:  # noqa: ARG002
        """Draw paths of the future; of the shape (steps, count).

        With the same seed a path begins in the same way, however many steps it has.

        Raises:
            ValueError: It draws none; `simulates` says so.
        """
        raise ValueError(f"{LEAD}a {type(self).__name__} draws no paths")

    def moved(self, observed: pd.DataFrame) -> Self:  # noqa: ARG002
        """Return the model after further observations, its parameters unchanged.

        Args:
            observed: A row for each period from the end of the fit on, without a gap: its value (NaN where there was no
                observation), and the regressors.

        Raises:
            ValueError: It takes in none; `updates` says so.
        """
        raise ValueError(f"{LEAD}a {type(self).__name__} takes in no observations")


def ranges_seen(names: Sequence[str], given: Any) -> dict[str, tuple[float, float]]:  # noqa: ANN401  what a library keeps
    """Return the ranges of regressors.

    Args:
        names: They, in the order of the columns.
        given: What a model was fitted on, with a column for each of them.
    """
    if not names or given is None:
        return {}
    table = np.asarray(given, dtype=np.float64).reshape(-1, len(names))
    return {
        name: (float(np.nanmin(column)), float(np.nanmax(column))) for name, column in zip(names, table.T, strict=True)
    }


def interval_names(level: float) -> tuple[str, str]:
    """Return the names of an interval's columns: `lower_80`, `upper_97.5`."""
    return f"lower_{level:.10g}", f"upper_{level:.10g}"
