"""The loss of each logged row: how far what was predicted lies from what came true, by the metrics of promotions."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.codes import Code
from anops_model_interface.outcome_levels import case_last, case_of, level_of

from anops_control.errors import CommandError
from anops_control.promoting.metrics import METRICS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_model_interface.logged_rows import LoggedRow

    from anops_control.promoting.metrics import Metric

BY_ROW = tuple(name for name, metric in METRICS.items() if metric.by_row is not None)


@dataclass(frozen=True, slots=True)
class Scale:
    """What predictions are measured by.

    Attributes:
        metric: The metric.
        levels: The two outcomes of probabilities, the case last; empty for other metrics.
    """

    metric: Metric
    levels: tuple[str, ...] = ()

    def losses(self, rows: Sequence[LoggedRow]) -> np.ndarray:
        """Return the loss of each row: less is better, whatever the metric; NaN where there is none."""
        if self.metric.by_row is None or not rows:
            return np.zeros(0)
        if self.metric.kind == "class":
            true = np.array([level_of(row.outcome) for row in rows], dtype=object)
            said = np.array([level_of(_first(row)) for row in rows], dtype=object)
            return 1.0 - self.metric.by_row(true, said)
        if self.metric.kind == "probability":
            case = self.levels[-1]
            true = np.array([float(level_of(row.outcome) == case) for row in rows])
            said = np.array([_number(_of_case(row, case)) for row in rows])
        else:
            true = np.array([_number(row.outcome) for row in rows])
            said = np.array([_number(_first(row)) for row in rows])
        return self.metric.by_row(true, said)

    def value(self, losses: np.ndarray) -> float | None:
        """Return the metric of losses; None of none."""
        if not losses.size:
            return None
        if self.metric.kind == "class":
            return float(1.0 - losses.mean())
        return float(self.metric.of_mean(losses.mean()))


def scale_of(name: str | None, rows: Sequence[LoggedRow]) -> Scale:
    """Return what rows are measured by.

    Args:
        name: The metric; None: what suits the predictions.
        rows: Rows whose outcome is known.

    Raises:
        CommandError: There is no such metric, it has no loss of a row, or it does not suit the outcomes.
    """
    levels = case_last(level_of(row.outcome) for row in rows)
    if name is None:
        said = np.array([_number(_first(row)) for row in rows])
        if np.isnan(said).all() or (len(levels) == 2 and all(_is_class(_first(row)) for row in rows)):
            name = "accuracy"
        else:
            is_chance = bool(np.nanmin(said) >= 0 and np.nanmax(said) <= 1)
            name = "log_loss" if is_chance and len(levels) == 2 else "rmse"
    if name not in BY_ROW:
        raise CommandError(
            f"Versions can't be compared in service by `{name}`.",
            details=["An interval that may be looked at all the time needs a loss of each row."],
            remedy=f"Take one of {', '.join(BY_ROW)} as `metric` under [tracking] in ao.toml.",
            code=Code.USAGE,
        )
    metric = METRICS[name]
    if metric.kind != "probability":
        return Scale(metric)
    if len(levels) != 2:
        raise CommandError(
            f"The outcomes must have two values for {name}, not {len(levels)}.",
            remedy="Take accuracy or rmse as `metric` under [tracking] in ao.toml.",
            code=Code.USAGE,
        )
    if all(_is_class(_of_case(row, levels[-1])) for row in rows):
        raise CommandError(
            f"{name} can't be computed: the logged predictions are the classes 0 and 1, no probabilities.",
            remedy="Take accuracy as `metric` under [tracking] in ao.toml, or let the model answer with probabilities.",
            code=Code.USAGE,
        )
    told: dict[str, list[tuple[object, float]]] = defaultdict(list)
    for row in rows:
        chance = _number(_first(row))
        if not math.isnan(chance) and not {*levels} & {name.removeprefix("probability_") for name in row.outputs}:
            told[row.digest].append((row.outcome, chance))
    case = case_of(levels, *told.values())
    return Scale(metric, tuple(sorted(levels, key=lambda level: level == case)))


def _first(row: LoggedRow) -> Any:  # noqa: ANN401  anything that JSON can hold
    return next(iter(row.outputs.values()), None)


def _is_class(value: Any) -> bool:  # noqa: ANN401  the same
    """Say whether a prediction is a class, 0 or 1, and no probability; a missing one may be either."""
    return value is None or (isinstance(value, int) and value in {0, 1})


def _of_case(row: LoggedRow, case: str) -> Any:  # noqa: ANN401  the same
    for name in (case, f"probability_{case}"):
        if name in row.outputs:
            return row.outputs[name]
    return _first(row)


def _number(value: Any) -> float:  # noqa: ANN401  the same
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")
