"""What a model of a time series says of itself: its calendar, and its first steps ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from anops_model_interface.schema import ColumnSpec, Schema
from anops_project.description import Description

from anops_worker.forecasts.family import options_of
from anops_worker.forecasts.forecaster import STEP
from anops_worker.python_describe.outputs import typed
from anops_worker.python_describe.packages import packages_of, packages_of_code, packages_of_file
from anops_worker.python_describe.rows import frame_of
from anops_worker.python_describe.understanding import public_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_project.description import Source

    from anops_worker.forecasts.forecaster import Forecaster
    from anops_worker.python_describe.predictor import Predictor

MOST_STEPS = 10_000
_TRIED = 10


def describe_series(
    source: Source, predictor: Predictor, forecaster: Forecaster, notes: Sequence[str], reader: str | None
) -> Description:
    """Describe a model that forecasts.

    Args:
        source: Where it is.
        predictor: Asks it.
        forecaster: What it can do.
        notes: What is known already.
        reader: The code that reads its file.

    Raises:
        AnOpsError: `MODEL_FAILED`: it can't forecast.
    """
    model = predictor.model
    inputs = {
        STEP: ColumnSpec(
            type="integer", min=1, max=MOST_STEPS, description="How many periods after the last observation."
        ),
        **{name: ColumnSpec(type="number") for name in forecaster.regressors},
    }
    rows = pd.DataFrame({STEP: range(1, _TRIED + 1), **dict.fromkeys(forecaster.regressors, 0.0)})
    frame = frame_of(rows, inputs)
    outputs = {"prediction": ColumnSpec(type="number")}
    predictions = typed(predictor.predict(frame, inputs), outputs)
    contract = forecaster.contract()
    packages = packages_of(model) | (packages_of_code(source.code) if source.code else {})
    if source.artifact is not None:
        packages |= packages_of_file(source.artifact)
    told = [f"Forecasting warned: {text[:300]}" for text in list(predictor.warned)[:3]]
    if not forecaster.updates:
        told.append("The model takes in no new observations: it has to be fitted again with them.")
    if forecaster.regressors:
        told.append("The reference rows have 0 for each regressor of the future.")
    kind = type(getattr(model, "model", model))
    return Description(
        model_class=public_name(kind),
        summary=f"{kind.__name__} of {contract.value}",
        schema=Schema(inputs=inputs, outputs=outputs, options=options_of(forecaster)),
        row_independent=not forecaster.looks_back,
        packages=dict(sorted(packages.items(), key=lambda item: item[0].lower())),
        rows=frame,
        predictions=predictions,
        saved_with=predictor.saved_with,
        notes=(*notes, *told),
        by_family=True,
        method="forecast",
        reader=predictor.reader or reader,
        series=contract.section(updates=forecaster.updates),
    )
