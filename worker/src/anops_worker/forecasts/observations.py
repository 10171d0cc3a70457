"""What was observed since the fit moves the models of series on."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from anops_worker.forecasts.forecaster import LEAD, STEP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_worker.forecasts.forecaster import Forecaster, Key, Series


class Moved:
    """Models after what was observed, kept until something else is."""

    def __init__(self, series: Series) -> None:
        """Know the models at the end of their fit."""
        self._fitted = series
        self._observed = ""
        self._tables: dict[Key, pd.DataFrame] = {}
        self._latest: dict[tuple[Key, str | None], Forecaster] = {}

    def after(self, observed: str | None, key: Key, variant: str | None) -> Forecaster:
        """Return the model of a series after what was observed.

        Args:
            observed: As CSV; None or empty: nothing was.
            key: Which series.
            variant: Which of its models.

        Raises:
            ValueError: The observations can't be used.
        """
        fitted = self._fitted.of(key, variant)
        if not observed:
            return fitted
        if observed != self._observed:
            self._tables = by_series(observed, list(self._fitted.keys), self._fitted.regressors)
            self._observed, self._latest = observed, {}
        if key not in self._tables:
            return fitted
        if (key, variant) not in self._latest:
            table = self._tables[key]
            table = table.assign(**{STEP: table[STEP] + fitted.lag})
            self._latest[key, variant] = fitted.moved(whole(table, fitted.regressors))
        return self._latest[key, variant]


def by_series(text: str, keys: Sequence[str], regressors: Sequence[str]) -> dict[Key, pd.DataFrame]:
    """Read observations, and part them by their series.

    Raises:
        ValueError: A column is missing.
    """
    table = pd.read_csv(
        io.StringIO(text), float_precision="round_trip", dtype=dict.fromkeys(keys, str), keep_default_na=True
    )
    wanted = [*keys, STEP, "value", *regressors]
    missing = [name for name in wanted if name not in table.columns]
    if missing:
        raise ValueError(f"{LEAD}observations must have a column `{missing[0]}`")
    if not keys:
        return {(): table[wanted]}
    return {tuple(map(str, key)): part for key, part in table[wanted].groupby(list(keys), sort=False)}


def whole(table: pd.DataFrame, regressors: Sequence[str]) -> pd.DataFrame:
    """Return a row for each step from 1 on.

    Raises:
        ValueError: A step is there twice, or the regressors of an observation are missing.
    """
    table = table[[STEP, "value", *regressors]].set_index(STEP)
    if table.index.has_duplicates or len(table) == 0 or table.index.min() < 1:
        raise ValueError(f"{LEAD}observations must have each step once, from 1 on")
    filled = table.reindex(range(1, int(table.index.max()) + 1)).astype(np.float64)
    for name in regressors:
        gaps = filled.index[filled[name].isna() & filled["value"].notna()]
        if len(gaps):
            raise ValueError(f"{LEAD}regressor `{name}` is missing in the observations at step {gaps[0]}")
    # what the regressors were where nothing was observed has no say in what follows
    return filled.fillna(dict.fromkeys(regressors, 0.0))
