"""Compares a model's predictions for rows that it keeps with what it fitted to them, and tells where they differ."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from anops_model_interface.errors import AnOpsError

from anops_worker.libraries.finding import library_says
from anops_worker.python_describe.reference_rows import fitting
from anops_worker.python_describe.rows import frame_of

if TYPE_CHECKING:
    import pandas as pd
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
    fitted = library_says(predictor.model, lambda library: library.own_answers(predictor.model))
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
    why = library_says(predictor.model, lambda library: library.why_other_answers(predictor.model, data))
    values = [f"{c.name} = {_text(c.values[row])}" for c in rows.columns[:_MOST_SHOWN]]
    return (
        f"The predictions for the model's own rows are not its fitted values: the row ({', '.join(values)}) is "
        f"predicted {predicted[row, column]:.8g}, and its fitted value is {kept[row, column]:.8g}; "
        f"{different.any(axis=1).sum()} of {len(kept)} rows tried differ. {why or ''}"
    )


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


def _text(value: object) -> str:
    return f"{value:.8g}" if isinstance(value, float) else str(value)
