"""The family of models of a time series: a row of a request is a step ahead."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from anops_model_interface.schema import OptionSpec

from anops_worker.families.family import Family
from anops_worker.families.named_columns import NamedColumns
from anops_worker.forecasts.forecaster import LEAD, STEP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_worker.forecasts.forecaster import Forecaster

MOST_PATHS = 1_000
_LEVEL = OptionSpec(
    type="number",
    list=True,
    min=1.0,
    max=99.9,
    description="The coverages of intervals in percent: 80 gives the columns lower_80 and upper_80.",
)
_SIMULATE = OptionSpec(
    type="integer", min=1, max=MOST_PATHS, description="How many paths to draw, each in a column such as path_1."
)
_SEED = OptionSpec(
    type="integer", min=0, max=2**31 - 1, default=1, description="With the same seed, the same paths are drawn."
)
_OBSERVED = OptionSpec(
    type="string",
    description="What was observed since the fit, as CSV with the columns step, value and the regressors; step 1 is "
    "the period after the fit. Steps ahead are counted from its end. POST /forecast puts in what was observed.",
)


def options_of(forecaster: Forecaster) -> dict[str, OptionSpec]:
    """Return what a model can be asked."""
    options = {"level": _LEVEL} if forecaster.levels else {}
    if forecaster.simulates:
        options |= {"simulate": _SIMULATE, "seed": _SEED}
    return options | ({"observed": _OBSERVED} if forecaster.updates else {})


def forecast_family(forecaster: Forecaster) -> Family:
    """Return how a model of a series is asked."""
    now = _Moved(forecaster)

    def predict(data: pd.DataFrame, options: Mapping[str, Any]) -> object:
        at_end = now.after(options.get("observed"))
        parts = [_answer(at_end, data.iloc[rows], options) for rows in _apart(data)]
        whole = pd.concat(parts).sort_index() if len(parts) > 1 else parts[0]
        return NamedColumns([str(name) for name in whole.columns], [whole[name].to_numpy() for name in whole.columns])

    return Family(predict, options_of(forecaster), series=forecaster)


class _Moved:
    """A model after what was observed, kept until something else is."""

    def __init__(self, forecaster: Forecaster) -> None:
        self._fitted = forecaster
        self._latest: tuple[str, Forecaster] | None = None

    def after(self, observed: str | None) -> Forecaster:
        if not observed:
            return self._fitted
        if self._latest is None or self._latest[0] != observed:
            self._latest = observed, self._fitted.moved(observations(observed, self._fitted))
        return self._latest[1]


def observations(text: str, forecaster: Forecaster) -> pd.DataFrame:
    """Read observations: a row for each step from 1 on.

    Raises:
        ValueError: A column is missing, a step is there twice, or the regressors of a step are missing.
    """
    table = pd.read_csv(io.StringIO(text), float_precision="round_trip")
    wanted = [STEP, "value", *forecaster.regressors]
    missing = [name for name in wanted if name not in table.columns]
    if missing:
        raise ValueError(f"{LEAD}observations must have a column `{missing[0]}`")
    table = table[wanted].set_index(STEP)
    if table.index.has_duplicates or len(table) == 0 or table.index.min() < 1:
        raise ValueError(f"{LEAD}observations must have each step once, from 1 on")
    whole = table.reindex(range(1, int(table.index.max()) + 1)).astype(np.float64)
    for name in forecaster.regressors:
        gaps = whole.index[whole[name].isna()]
        if len(gaps):
            raise ValueError(f"{LEAD}regressor `{name}` is missing in the observations at step {gaps[0]}")
    return whole


def _apart(data: pd.DataFrame) -> list[np.ndarray]:
    """Return the places of rows so that no step is there twice."""
    occurrence = data.groupby(STEP).cumcount().to_numpy()
    return [np.flatnonzero(occurrence == number) for number in range(int(occurrence.max()) + 1)]


def _answer(forecaster: Forecaster, rows: pd.DataFrame, options: Mapping[str, Any]) -> pd.DataFrame:
    steps = rows[STEP].to_numpy(dtype=np.int64)
    horizon = int(steps.max())
    future = _future(forecaster, rows, horizon)
    levels = sorted(dict.fromkeys(float(level) for level in options.get("level") or ()))
    answer = forecaster.forecast(horizon, future, levels)
    columns = {name: values[steps - 1] for name, values in answer.items()}
    if options.get("simulate"):
        count = int(options["simulate"])
        paths = forecaster.paths(horizon, future, count, int(options.get("seed", 1)))[steps - 1]
        columns |= {f"path_{i + 1}": paths[:, i] for i in range(count)}
    return pd.DataFrame(columns, index=rows.index)


def _future(forecaster: Forecaster, rows: pd.DataFrame, horizon: int) -> pd.DataFrame | None:
    if not forecaster.regressors:
        return None
    given = rows.set_index(STEP)[list(forecaster.regressors)].astype(np.float64)
    whole = given.reindex(range(1, horizon + 1))
    if len(given) < horizon:
        if forecaster.looks_back:
            gap = next(step for step in whole.index if step not in given.index)
            raise ValueError(f"{LEAD}the regressors of step {gap} are missing, on which the later steps depend")
        # a step that is not asked for has no say in the others
        whole = whole.ffill().bfill()
    return whole
