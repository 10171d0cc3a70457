"""Why results of statsmodels can't answer row by row, or answer otherwise than in the fit."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from anops_worker.libraries.formulas import term_that_failed, terms_made_anew
from anops_worker.libraries.statsmodels_columns import exog_names

_MOST_SHOWN = 8
_OF_STATSMODELS = {
    "PHReg": "gives hazard ratios in an object of its own: "
    '`model.predict(exog=data[model.model.exog_names], transform=False, pred_type="hr").predicted_values`',
    "OrdinalGEE": "takes rows that are repeated for each level of the response",
    "NominalGEE": "takes rows that are repeated for each level of the response",
    "GLMGam": "takes the columns of its smooth terms separately, `predict(exog, exog_smooth=…)`",
}
"""What is special about the predict() of some models."""


def why_refused(results: Any) -> str | None:  # noqa: ANN401
    """Return why results can't answer row by row; None where they can."""
    model = getattr(results, "model", None)
    kind = type(model).__name__ if model is not None else type(results).__name__
    # some live elsewhere and are built upon those: RecursiveLS
    kinds = [*type(results).mro(), *type(getattr(results, "_results", None)).mro()]
    if any(each.__module__.startswith("statsmodels.tsa.") for each in kinds):
        return f"{kind} is a model of a time series: it forecasts from the end of its own data, and not row by row"
    if kind in _OF_STATSMODELS:
        return f"{kind}'s predict() {_OF_STATSMODELS[kind]}"
    if kind.startswith("ZeroInflated") and not getattr(model, "_no_exog_infl", False):
        return f"{kind}'s predict() takes the columns of the inflation part separately (exog_infl)"
    if model is None:
        return f"{'an' if kind[0] in 'AEIOU' else 'a'} {kind} is not a fitted result; save what fit() returned"
    return None


def why_other_answers(results: Any, data: pd.DataFrame) -> str:  # noqa: ANN401
    """Name the offset that predict() leaves out, or the terms that look at a whole column."""
    for name in ("exposure", "offset"):
        values = _argument(results, name)
        if values is None:
            continue
        column, code = _column_of(results, values, name)
        return (
            f"predict() of statsmodels leaves out the argument `{name}=` of the fit. Send it as a column: add "
            f"`{column}` to [model.inputs] of ao.toml, take [model.options] out, and give model.py a "
            "function predict_model(model, data) that "
            f"ends with `return model.predict({_design(results)}, {name}={code})`."
        )
    terms = terms_made_anew(results.model, data)
    named = ", ".join(f"`{term}`" for term in terms[:_MOST_SHOWN])
    return (
        f"{named or 'Some term'} of the formula {'are' if len(terms) > 1 else 'is'} recomputed from the rows that "
        "are sent, not from those of the fit. Compute such columns before the fit, and send them; or use center(), "
        "standardize() or bs() of the formula, of which a fit keeps what new rows need."
    )


def why_failed(results: Any, error: BaseException) -> str | None:  # noqa: ANN401
    """Say what to do where a term of the formula can be computed of all rows of the fit alone; None for others."""
    term = term_that_failed(getattr(results, "model", None), error)
    if term is None:
        return None
    return (
        f"`{term}` of the formula is recomputed from the rows that are sent, not from those of the "
        "fit. Compute such a column before the fit, and send it; or name the limits of its groups in the formula, as "
        "in pd.cut(x, [0, 5, 10])."
    )


def _argument(results: Any, name: str) -> np.ndarray | None:  # noqa: ANN401
    """Return an offset or exposure of the fit as it was given; None where there was none."""
    model = results.model
    values = getattr(model, name, None)
    if values is None or np.ndim(values) != 1 or not np.any(values):
        return None
    return np.exp(values) if name == "exposure" else np.asarray(values)  # it is kept as its logarithm


def _column_of(results: Any, values: np.ndarray, name: str) -> tuple[str, str]:  # noqa: ANN401
    """Find the column of the kept data that an offset or exposure is, or is the logarithm of."""
    frame = getattr(results.model.data, "frame", None)
    if isinstance(frame, pd.DataFrame) and len(frame) == len(values):
        numbers = frame.select_dtypes("number")
        for column in numbers.columns:
            own = numbers[column].to_numpy(dtype=np.float64)
            if np.allclose(own, values):
                return str(column), f'data["{column}"]'
            if name == "offset" and (own > 0).all() and np.allclose(np.log(own), values):
                return str(column), f'np.log(data["{column}"])'
    return name, f'data["{name}"]'


def _design(results: Any) -> str:  # noqa: ANN401
    """Return the Python that takes a fit's own columns out of those of a request."""
    names = exog_names(results)
    if not names:
        return "data"
    return f"data{'.assign(const=1.0)' if 'const' in names else ''}[{json.dumps(names, ensure_ascii=False)}]"
