"""Models of lifelines: risks, times and survival by rows, and survival at times for curves without covariates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from anops_model_interface.schema import ColumnSpec, OptionSpec
from anops_model_interface.words import number_text

from anops_worker.families.family import Family, split, type_option
from anops_worker.families.whole_rows import filled
from anops_worker.form import FRAME, Form
from anops_worker.libraries.formulas import levels_of_formula, variables_of_formula
from anops_worker.libraries.library import Library
from anops_worker.python_describe.sklearn_columns import spec_of_levels
from anops_worker.python_describe.understanding import Understanding, numbers, public_name

if TYPE_CHECKING:
    from collections.abc import Mapping

_METHODS = {
    "risk": "predict_partial_hazard",
    "link": "predict_log_partial_hazard",
    "median": "predict_median",
    "mean": "predict_expectation",
    "survival": "predict_survival_function",
}
_INTERCEPT = "Intercept"
_TIME = "time"
_TIMES = Form("times", lambda _, data: data[_TIME], lambda _: f'data = data["{_TIME}"]  # a curve over time')


class Lifelines(Library):
    """What is known of lifelines."""

    follows_conventions = False

    def understand(self, model: Any) -> Understanding | None:  # noqa: ANN401  any fitted model of lifelines
        """Understand a regression, or a curve without covariates; see `Library`."""
        found = Understanding(public_name(type(model)), type(model).__name__)
        if hasattr(model, "regressors"):
            _columns(model, found)
        elif _is_curve(model):
            found.inputs = numbers([_TIME])
            found.certain = frozenset(found.inputs)
            found.notes.append(f"The model is a curve over time: `{_TIME}` is the time at which it is evaluated.")
        return found

    def family(self, model: Any) -> Family | None:  # noqa: ANN401  the same
        """Return the family; see `Library`: the options are those of the same models in R."""
        if _is_curve(model):
            return Family(
                lambda data, _: filled(data, lambda rows: np.asarray(model.predict(rows[_TIME]))), keeps_gaps=True
            )
        known = [level for level, method in _METHODS.items() if hasattr(model, method)]
        return _regression(model, known) if known else None

    def form(self, model: Any) -> Form | None:  # noqa: ANN401  the same
        """Return the form of rows; see `Library`: a curve takes times."""
        return _TIMES if _is_curve(model) else FRAME

    def why_refused(self, model: Any) -> str | None:  # noqa: ANN401  the same
        """Say that a model is not fitted; see `Library`."""
        if _is_curve(model) or hasattr(model, "regressors"):
            return None
        return f"the {type(model).__name__} is not fitted"


def _is_curve(model: Any) -> bool:  # noqa: ANN401
    return hasattr(model, "predict") and hasattr(model, "timeline") and not hasattr(model, "regressors")


def _columns(model: Any, found: Understanding) -> None:  # noqa: ANN401
    names: dict[str, None] = {}
    known: dict[str, ColumnSpec] = {}
    for kept in getattr(model.regressors, "mappings", {}).values():
        if hasattr(kept, "required_variables"):
            names |= dict.fromkeys(variables_of_formula(kept))
            known |= levels_of_formula(kept)
            found.fixed = frozenset(known)
        else:
            names |= dict.fromkeys(str(name) for name in kept if name != _INTERCEPT)
    strata = _strata(model)
    known |= strata
    found.inputs = {**numbers([*names, *(name for name in strata if name not in names)]), **known}
    found.certain = frozenset(known)


def _strata(model: Any) -> dict[str, ColumnSpec]:  # noqa: ANN401
    """Return the columns of strata; the baseline hazard has a column for each of their combinations."""
    strata = getattr(model, "strata", None)
    names = [strata] if isinstance(strata, str) else list(strata or ())
    hazards = getattr(model, "baseline_cumulative_hazard_", None)
    if not names or hazards is None:
        return {}
    rows = [level if isinstance(level, tuple) else (level,) for level in hazards.columns]
    levels = zip(*rows, strict=True)
    return {
        str(name): spec_of_levels(pd.unique(pd.Series(each)).tolist()) for name, each in zip(names, levels, strict=True)
    }


def _regression(model: Any, levels: list[str]) -> Family:  # noqa: ANN401
    known: dict[str, OptionSpec] = {"type": type_option(levels)}
    if "survival" in levels:
        known["times"] = OptionSpec(
            type="number",
            list=True,
            min=0.0,
            default=_usual_times(model),
            description="The times at which survival is predicted, a column each.",
        )

    named = Understanding("", "")
    if hasattr(model, "regressors"):
        _columns(model, named)
    plain = [name for name, spec in (named.inputs or {}).items() if spec.type == "number" and not spec.values]

    def predict(data: pd.DataFrame, options: Mapping[str, Any]) -> object:
        own, others = split(options, known)
        # the fit has made floats of booleans, which a formula would take for categories
        data = data.assign(**{name: data[name].astype(np.float64) for name in plain if name in data})
        method = getattr(model, _METHODS[own["type"]])
        if own["type"] != "survival":
            return filled(data, lambda rows: _by_row(method(rows, **others), rows))
        times = list(dict.fromkeys(own["times"]))
        curves = filled(data, lambda rows: _curves(method, rows, times, others), width=len(times))
        return pd.DataFrame(curves, columns=[f"t{number_text(float(time))}" for time in times])

    return Family(predict, known, keeps_gaps=True, method=_METHODS[levels[0]])


def _by_row(answer: Any, rows: pd.DataFrame) -> object:  # noqa: ANN401
    """Bring an answer into the order of the rows: with strata they come one stratum after the other."""
    if np.ndim(answer) == 0:
        return np.asarray([answer])
    return answer.iloc[:, 0] if isinstance(answer, pd.DataFrame) and len(answer) == len(rows) else answer


def _curves(method: Any, rows: pd.DataFrame, times: list[float], others: Mapping[str, Any]) -> pd.DataFrame:  # noqa: ANN401
    ordered = sorted(times)
    curves: pd.DataFrame = method(rows, times=ordered, **others).T
    return curves.iloc[:, [ordered.index(time) for time in times]]


def _usual_times(model: Any) -> tuple[float, ...] | None:  # noqa: ANN401
    """Choose times to tell survival at: quartiles of those in the data."""
    durations = getattr(model, "durations", None)
    if durations is None or not len(durations):
        return None
    return tuple(dict.fromkeys(float(f"{time:.2g}") for time in np.quantile(durations, [0.25, 0.5, 0.75])))
