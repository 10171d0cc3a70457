"""Objects that transform and do not predict: their answer is the transformed row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from anops_worker.families.family import Family
from anops_worker.families.named_columns import NamedColumns
from anops_worker.model_data import form_of, suited

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


def transformer(model: Any) -> Family | None:  # noqa: ANN401  any object
    """Return the family of an object with `transform` and without `predict`, else None."""
    if callable(getattr(model, "predict", None)) or not callable(getattr(model, "transform", None)):
        return None
    form = form_of(model)

    def predict(data: pd.DataFrame, options: Mapping[str, Any]) -> object:
        answer = model.transform(suited(model, data, form), **options)
        if hasattr(answer, "columns"):  # a data frame, where the transformer was set to give one
            return answer
        dense = np.asarray(answer.toarray() if hasattr(answer, "toarray") else answer).reshape(len(data), -1)
        return NamedColumns.of(dense, _names(model, dense.shape[1]))

    return Family(predict, keeps_gaps=True, notes=("The object has no predict(): it answers with its transform().",))


def _names(model: Any, width: int) -> list[str]:  # noqa: ANN401
    try:
        names = [str(name) for name in model.get_feature_names_out()]
    except Exception:  # noqa: BLE001  not every transformer names what it gives
        names = []
    return names if len(names) == width else [f"transformed_{i + 1}" for i in range(width)]
