"""The family of models of time series: a row of a request is a step ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from anops_model_interface.schema import OptionSpec

from anops_worker.families.family import Family
from anops_worker.families.named_columns import NamedColumns
from anops_worker.forecasts.forecaster import LEAD, STEP
from anops_worker.forecasts.observations import Moved

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from anops_worker.forecasts.forecaster import Forecaster, Key, Series

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


def options_of(series: Series) -> dict[str, OptionSpec]:
    """Return what a model can be asked."""
    options: dict[str, OptionSpec] = {}
    if series.variants:
        options["forecaster"] = OptionSpec(
            type="category",
            levels=tuple(series.variants),
            default=series.variants[0],
            description="Which of its models forecasts.",
        )
    if series.levels:
        options["level"] = _LEVEL
    if series.simulates:
        options["simulate"] = _SIMULATE
    if series.simulates or series.draws:
        options["seed"] = _SEED
    return options | ({"observed": _OBSERVED} if series.updates else {})


def forecast_family(series: Series) -> Family:
    """Return how a model of series is asked."""
    now = Moved(series)

    def predict(data: pd.DataFrame, options: Mapping[str, Any]) -> object:
        observed, variant = options.get("observed"), options.get("forecaster")
        columns: dict[str, np.ndarray] = {}
        for key, rows in _apart(data, list(series.keys)):
            at_end = now.after(observed, key, variant)
            for name, values in _answer(at_end, data, rows, options).items():
                if name not in columns:
                    columns[name] = np.full(len(data), np.nan)
                columns[name][rows] = values
        return NamedColumns(list(columns), list(columns.values()))

    return Family(predict, options_of(series), series=series)


def _apart(data: pd.DataFrame, keys: list[str]) -> Iterator[tuple[Key, np.ndarray]]:
    """Yield the places of rows by series, so that no step appears twice."""
    if not keys:
        codes, found = np.zeros(len(data), dtype=np.int64), [()]
    else:
        columns = [data[name].astype(str).to_numpy() for name in keys]
        index = pd.MultiIndex.from_arrays(columns)
        codes, unique = index.factorize()
        found = list(unique)
    turns = pd.DataFrame({"key": codes, STEP: data[STEP].to_numpy()}).groupby(["key", STEP]).cumcount().to_numpy()
    places = codes * (int(turns.max()) + 1) + turns
    order = np.argsort(places, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(places[order])) + 1):
        yield tuple(found[codes[rows[0]]]), np.sort(rows)


def _answer(
    forecaster: Forecaster, data: pd.DataFrame, rows: np.ndarray, options: Mapping[str, Any]
) -> dict[str, np.ndarray]:
    steps = data[STEP].to_numpy(dtype=np.int64)[rows]
    horizon = int(steps.max())
    future = _future(forecaster, data, rows, steps, horizon) if forecaster.regressors else None
    levels = sorted(dict.fromkeys(float(level) for level in options.get("level") or ()))
    seed = int(options.get("seed", 1))
    answer = forecaster.forecast(horizon, future, levels, seed)
    columns = {name: values[steps - 1] for name, values in answer.items()}
    if options.get("simulate"):
        count = int(options["simulate"])
        paths = forecaster.paths(horizon, future, count, seed)[steps - 1]
        columns |= {f"path_{i + 1}": paths[:, i] for i in range(count)}
    return columns


def _future(
    forecaster: Forecaster, data: pd.DataFrame, rows: np.ndarray, steps: np.ndarray, horizon: int
) -> pd.DataFrame:
    names = list(forecaster.regressors)
    given = data[names].to_numpy(dtype=np.float64)[rows]
    place = np.full(horizon, -1)
    place[steps - 1] = np.arange(len(steps))
    if len(steps) < horizon:
        if forecaster.looks_back:
            gap = int(np.flatnonzero(place < 0)[0]) + 1
            raise ValueError(f"{LEAD}the regressors of step {gap} are missing, on which the later steps depend")
        place[place < 0] = 0  # a step that is not asked for has no say in the others
    return pd.DataFrame(given[place], columns=names)
