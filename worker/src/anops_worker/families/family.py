"""What a family is, and the options that several families share, under the same names as in R."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from anops_model_interface.schema import OptionSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from anops_worker.forecasts.forecaster import Series

SE = OptionSpec(
    type="boolean", default=False, description="Whether each prediction's standard error, se, goes with it."
)
LEVEL = OptionSpec(type="number", min=0.5, max=0.999, default=0.95, description="The interval's coverage.")
QUANTILES = OptionSpec(
    type="number", list=True, min=0.0, max=1.0, description="Quantiles to add, each in a column such as q0.05."
)


def interval_option(*levels: str) -> OptionSpec:
    """Return the option `interval` with the kinds that a family has."""
    return OptionSpec(
        type="category",
        levels=("none", *levels),
        default="none",
        description="The interval around each prediction, in the columns lower and upper.",
    )


def type_option(levels: Sequence[str]) -> OptionSpec:
    """Return the option `type`; the first level is what the object's own `predict` gives."""
    return OptionSpec(
        type="category", levels=tuple(levels), default=levels[0], description="What the answer is: " + _of(levels)
    )


_MEANINGS = {
    "class": "class",
    "probability": "probability of each class",
    "decision": "decision, the score behind the class",
    "response": "response, on its own scale",
    "link": "link, the linear predictor",
    "risk": "risk relative to the average of the data",
    "survival": "probability to survive until each of `times`",
    "median": "time until which half survive",
    "mean": "time that is expected",
}


def _of(levels: Sequence[str]) -> str:
    return "; ".join(_MEANINGS[level] for level in levels) + "."


@dataclass(frozen=True, slots=True)
class Family:
    """How an object is asked for predictions.

    Attributes:
        predict: Takes rows and options; options that are not the family's own go to the object's `predict`.
        options: What can be asked.
        keeps_gaps: Whether the object itself answers a row that has a missing value with a missing prediction.
        is_plain: Whether the object's own `predict` is all there is to it.
        notes: What a person should know of its predictions.
        method: The object's own method that answers as the family does by default; where it is empty, `predict`.
        series: What forecasts, where the rows are steps ahead of a time series.
    """

    predict: Callable[[pd.DataFrame, Mapping[str, Any]], object]
    options: Mapping[str, OptionSpec] = field(default_factory=dict)
    keeps_gaps: bool = False
    is_plain: bool = False
    notes: tuple[str, ...] = ()
    method: str = ""
    series: Series | None = None


def split(options: Mapping[str, Any], known: Mapping[str, OptionSpec]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Separate a family's own options, defaults filled in, from those that go to the object's `predict`."""
    own = {name: options.get(name, spec.default) for name, spec in known.items()}
    return own, {name: value for name, value in options.items() if name not in known}


def quantile_name(share: float) -> str:
    """Return the name of a quantile's column: q0.05."""
    return f"q{share:.10g}"
