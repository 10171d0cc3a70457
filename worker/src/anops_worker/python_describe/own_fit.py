"""Compares a model's predictions for rows that it keeps with what it fitted to them, and tells where they differ."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from anops_model_interface.errors import AnOpsError

from anops_worker.model_data import exog_names
from anops_worker.python_describe.example_data import frame_of
from anops_worker.python_describe.formula_terms import terms_made_anew
from anops_worker.python_describe.reference_rows import fitting

if TYPE_CHECKING:
    from anops_model_interface.frames import Frame
    from anops_model_interface.schema import Schema

    from anops_worker.python_describe.predictor import Predictor

_MOST_ROWS = 12
_FEWEST_ROWS = 3
_TOLERANCE = 1e-6
_MOST_SHOWN = 8


def own_fit(predictor: Predictor, data: pd.DataFrame | None, schema: Schema) -> str | None:
    """Say how predictions for a model's own rows differ from its fitted values.

    At most half of the rows are asked for, each by itself: what is computed from a whole column, such as its largest
    value, may be right for all of them together.

    Args:
        predictor: The model.
        data: The rows that it was fitted on, where it keeps them.
        schema: Its columns.

    Returns:
        Sentences, the last of which says what to do; None where nothing differs, or nothing can be compared.
    """
    fitted = _fitted(predictor.model)
    if data is None or fitted is None or len(data) != len(fitted) or not schema.inputs:
        return None
    try:
        frame = frame_of(data.reset_index(drop=True), schema.inputs)
    except AnOpsError:
        return None
    known = np.flatnonzero(fitting(frame, schema.resolved(missing="error")) & np.isfinite(fitted).all(axis=1))
    if len(known) < _FEWEST_ROWS:
        return None
    count = min(_MOST_ROWS, -(-len(known) // 2))
    chosen = known[np.unique(np.linspace(0, len(known) - 1, count).round().astype(int))]
    rows, kept = frame.at(chosen), fitted[chosen]
    predicted = _predicted_alone(predictor, rows, schema)
    # a person's own predict_model may answer something else on purpose
    plain = predicted if predictor.own is None else _predicted_alone(replace(predictor, own=None), rows, schema)
    different = _different(predicted, kept)
    if different is None or predicted is None or not different.any() or not _any(_different(plain, kept)):
        return None
    row, column = np.argwhere(different)[0]
    values = [f"{c.name} = {_text(c.values[row])}" for c in rows.columns[:_MOST_SHOWN]]
    return (
        f"The predictions for the model's own rows are not its fitted values: the row ({', '.join(values)}) is "
        f"predicted {predicted[row, column]:.8g}, and its fitted value is {kept[row, column]:.8g}; "
        f"{different.any(axis=1).sum()} of {len(kept)} rows tried differ. {_reason(predictor.model, data)}"
    )


def _fitted(results: Any) -> np.ndarray | None:  # noqa: ANN401  any object
    """Return what a model of statsmodels answers to the design matrix that it keeps (2-D), offset and all.

    Not `fittedvalues`: those of counts and classes are on the scale of the link, and lack the offset.
    """
    if type(results).__module__.partition(".")[0] != "statsmodels" or not hasattr(results, "model"):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = np.asarray(results.predict(), dtype=np.float64)
    except Exception:  # noqa: BLE001  one without its data, or of a kind that can't: there is nothing to compare with
        return None
    return values.reshape(len(values), -1) if values.ndim else None


def _predicted_alone(predictor: Predictor, rows: Frame, schema: Schema) -> np.ndarray | None:
    alone = [_predicted(predictor, rows.take(row, row + 1), schema) for row in range(rows.rows)]
    answered = [answer for answer in alone if answer is not None and len(answer) == 1]
    return np.vstack(answered) if len(answered) == rows.rows else _predicted(predictor, rows, schema)


def _predicted(predictor: Predictor, rows: Frame, schema: Schema) -> np.ndarray | None:
    try:
        answer = predictor.predict(rows, schema.inputs)
        return np.column_stack([column.values.astype(np.float64) for column in answer.columns])
    except (AnOpsError, ValueError, TypeError):
        return None


def _different(predicted: np.ndarray | None, fitted: np.ndarray) -> np.ndarray | None:
    if predicted is None or predicted.shape != fitted.shape:
        return None
    size = float(np.abs(fitted).max())
    close: np.ndarray = np.isclose(predicted, fitted, rtol=_TOLERANCE, atol=_TOLERANCE * 1e-3 * size)
    return ~close


def _any(different: np.ndarray | None) -> bool:
    return different is not None and bool(different.any())


def _reason(results: Any, data: pd.DataFrame) -> str:  # noqa: ANN401
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
        f"{named or 'Some term'} of the formula {'are' if len(terms) > 1 else 'is'} computed anew from the rows that "
        "are sent, not from those of the fit. Compute such columns before the fit, and send them; or use center(), "
        "standardize() or bs() of the formula, of which a fit keeps what new rows need."
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


def _text(value: object) -> str:
    return f"{value:.8g}" if isinstance(value, float) else str(value)
