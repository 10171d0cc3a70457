"""Rolling origins: at each, a forecast from what was known then, and beside it those of the benchmarks."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.codes import Code

from anops_control.errors import CommandError
from anops_control.series.benchmarks import NAIVE, SEASONAL, repeated
from anops_control.series.scores import Judged, Scale, scores_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from anops_control.series.history import History

MODEL = "model"


@dataclass(slots=True)
class _Gathered:
    """What one method forecast at one horizon, over all origins and series."""

    actual: list[float] = field(default_factory=list)
    forecast: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    absolute: list[float] = field(default_factory=list)
    squared: list[float] = field(default_factory=list)

    def judged(self) -> Judged:
        forecast = {name: np.array(values) for name, values in self.forecast.items()}
        return Judged(np.array(self.actual), forecast, np.array(self.absolute), np.array(self.squared))


def origins_of(history: History, horizon: int, every: int, *, updates: bool) -> list[int]:
    """Return the origins from which all of a horizon can be judged; step 0 is the end of the fit.

    Raises:
        CommandError: There are too few values behind the end of the fit.
    """
    last = history.end - horizon
    if last < 0:
        of = f" of {', '.join(history.key)}" if history.key else ""
        behind = max(history.end, 0)
        raise CommandError(
            f"The file has {behind} periods{of} behind the end of the fit; a horizon of {horizon} needs as many.",
            remedy="Fit the model on less of the history, or ask for a shorter horizon: --horizon 1.",
            code=Code.NO_ROWS,
        )
    return list(range(0, last + 1, every)) if updates else [0]


def backtested(
    histories: Sequence[History],
    ask: Callable[[History, int, int], Mapping[str, np.ndarray]],
    *,
    horizon: int,
    levels: Sequence[float],
    season: int,
    every: int = 1,
    updates: bool = True,
    side_by_side: int = 1,
    advance: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[dict[str, Any]]:
    """Judge a model and the benchmarks at each horizon.

    Args:
        histories: The series, training data first.
        ask: Asks the model.
        horizon: How many steps ahead.
        levels: Coverages of intervals, in percent.
        season: After how many steps the seasons repeat; 1: never.
        every: How many steps one origin is behind the other.
        updates: Whether the model goes on from later origins than the end of its fit.
        side_by_side: How many forecasts are asked for at once.
        advance: Is told how many are there, and of how many.

    Returns:
        A row for each method and horizon, and for each method one of all horizons (None).
    """
    jobs = [
        (history, origin) for history in histories for origin in origins_of(history, horizon, every, updates=updates)
    ]
    scales = {history.key: _scale(history, season) for history in histories}
    gathered: dict[tuple[str, int], _Gathered] = defaultdict(_Gathered)
    done = 0
    with ThreadPoolExecutor(side_by_side) as pool:
        answers = pool.map(lambda job: ask(job[0], job[1], horizon), jobs)
        for (history, origin), answer in zip(jobs, answers, strict=True):
            before = history.until(origin)
            methods = {MODEL: answer, NAIVE: repeated(before, 1, horizon, levels)}
            # without seasons both are the same, and are shown all the same
            methods[SEASONAL] = repeated(before, season, horizon, levels)
            for method, forecast in methods.items():
                for ahead in range(1, horizon + 1):
                    _add(gathered[method, ahead], history.at(origin + ahead), forecast, ahead, scales[history.key])
            done += 1
            advance(done, len(jobs))
    rows: list[dict[str, Any]] = []
    for method in (MODEL, NAIVE, SEASONAL):
        whole = _Gathered()
        for ahead in range(1, horizon + 1):
            one = gathered[method, ahead]
            rows.append({"method": method, "horizon": ahead, **scores_of(one.judged(), levels)})
            _join(whole, one)
        rows.append({"method": method, "horizon": None, **scores_of(whole.judged(), levels)})
    return rows


def _scale(history: History, season: int) -> Scale:
    scale = Scale.of(history.until(0), season)
    if scale is None:
        of = f" of {', '.join(history.key)}" if history.key else ""
        raise CommandError(
            f"Errors can't be scaled: the history{of} up to the end of the fit has fewer than {season + 1} values, or "
            "never changes.",
            remedy="Put the training data before the values that came later: the file is the whole history.",
            code=Code.NO_ROWS,
        )
    return scale


def _add(gathered: _Gathered, actual: float, forecast: Mapping[str, np.ndarray], ahead: int, scale: Scale) -> None:
    gathered.actual.append(actual)
    for name, values in forecast.items():
        gathered.forecast[name].append(float(values[ahead - 1]))
    gathered.absolute.append(scale.absolute)
    gathered.squared.append(scale.squared)


def _join(whole: _Gathered, one: _Gathered) -> None:
    whole.actual += one.actual
    for name, values in one.forecast.items():
        whole.forecast[name] += values
    whole.absolute += one.absolute
    whole.squared += one.squared
