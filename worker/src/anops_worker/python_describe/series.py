"""What a model of a time series says of itself: its calendar, and its first steps ahead."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pandas as pd
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.schema import ColumnSpec, Schema
from anops_project.description import Description

from anops_worker.forecasts.family import options_of
from anops_worker.forecasts.forecaster import STEP
from anops_worker.python_describe.fitted_on import fitted_on
from anops_worker.python_describe.outputs import typed
from anops_worker.python_describe.packages import packages_of, packages_of_code, packages_of_file
from anops_worker.python_describe.rows import frame_of
from anops_worker.python_describe.understanding import public_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_project.description import Source

    from anops_worker.forecasts.forecaster import Series
    from anops_worker.python_describe.predictor import Predictor

MOST_STEPS = 10_000
_TRIED = 10
_SERIES_TRIED = 2


def describe_series(
    source: Source, predictor: Predictor, forecaster: Series, notes: Sequence[str], reader: str | None
) -> Description:
    """Describe a model that forecasts.

    Args:
        source: Where it is.
        predictor: Asks it.
        forecaster: What it can do.
        notes: What is known already.
        reader: The code that reads its file.

    Raises:
        AnOpsError: `MODEL_FAILED`: it can't forecast. `MODEL_LOAD`: a column has the name of the steps ahead.
    """
    model = predictor.model
    if STEP in {*forecaster.regressors, *forecaster.keys}:
        raise AnOpsError(
            Code.MODEL_LOAD,
            f"Can't forecast with this {type(predictor.model).__name__}: one of its columns is called `{STEP}`, which "
            "is what AnOps calls the number of periods ahead.",
            remedy="Fit the model again with another name of that column.",
        )
    inputs = {
        **{
            name: ColumnSpec(type="category", levels=tuple(values), novel="error", missing="error")
            for name, values in forecaster.keys.items()
        },
        STEP: ColumnSpec(
            type="integer", min=1, max=MOST_STEPS, description="How many periods after the last observation."
        ),
        **{name: _regressor(name, forecaster) for name in forecaster.regressors},
    }
    rows = _tried(forecaster)
    frame = frame_of(rows, inputs)
    outputs = {"prediction": ColumnSpec(type="number")}
    predictions = typed(predictor.predict(frame, inputs), outputs)
    contract = forecaster.contract()
    packages = packages_of(model) | (packages_of_code(source.code) if source.code else {})
    if source.artifact is not None:
        packages |= packages_of_file(source.artifact)
    told = [f"Forecasting warned: {text[:300]}" for text in list(predictor.warned)[:3]]
    if not forecaster.updates:
        told.append("The model can't take in new observations: fit it again with them.")
    if forecaster.regressors:
        told.append("The reference rows have 0 for each regressor of the future.")
    told += list(forecaster.notes)
    kind = type(getattr(model, "model", model))
    return Description(
        model_class=public_name(kind),
        summary=_summary(kind.__name__, forecaster, contract.value),
        fitted_on=fitted_on(model),
        schema=Schema(inputs=inputs, outputs=outputs, options=options_of(forecaster)),
        row_independent=not (forecaster.looks_back or forecaster.draws),
        packages=dict(sorted(packages.items(), key=lambda item: item[0].lower())),
        rows=frame,
        predictions=predictions,
        saved_with=predictor.saved_with,
        notes=(*notes, *told),
        by_family=True,
        method="forecast",
        reader=predictor.reader or reader,
        series=contract.section(updates=forecaster.updates, gaps=forecaster.gaps),
    )


def _regressor(name: str, series: Series) -> ColumnSpec:
    return ColumnSpec(type="boolean" if name in series.booleans else "number", seen=series.seen.get(name))


def _tried(series: Series) -> pd.DataFrame:
    """Return the first steps ahead; of a panel, those of its first series."""
    some = [values[: _SERIES_TRIED if place == 0 else 1] for place, values in enumerate(series.keys.values())]
    keys = list(product(*some))
    steps = range(1, _TRIED // len(keys) + 1)
    rows = pd.DataFrame([(*key, step) for key in keys for step in steps], columns=[*series.keys, STEP])
    return rows.assign(**{name: False if name in series.booleans else 0.0 for name in series.regressors})


def _summary(kind: str, series: Series, value: str) -> str:
    models = f" ({', '.join(series.variants)})" if series.variants else ""
    of = "".join(f", {len(values)} series by `{name}`" for name, values in series.keys.items())
    return f"{kind}{models} of {value}{of}"
