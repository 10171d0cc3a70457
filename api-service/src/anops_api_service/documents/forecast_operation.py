"""What OpenAPI says of `POST /forecast`, for a model that forecasts a time series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_api_service.documents.json_schema import column_schema, option_schema
from anops_api_service.forecasts.asked import USUAL_LEVELS
from anops_api_service.forecasts.observed import STEP

if TYPE_CHECKING:
    from anops_model_interface.schema import Schema
    from anops_model_interface.series.contract import SeriesContract

    from anops_api_service.models.described_model import DescribedModel

Json = dict[str, Any]


def forecast_operation(model: DescribedModel, series: SeriesContract, answer: Json, faults: Json) -> Json:
    """Return the operation.

    Args:
        model: The model.
        series: What it says of its series.
        answer: The schema of an answer to `POST /predict`: that of a forecast has more in its rows.
        faults: What it answers where it can't forecast, by status.
    """
    schema = model.schema
    row: Json = {
        "type": "object",
        "properties": {
            **{name: {"type": "string"} for name in series.keys},
            **({series.time: {"type": "string"}} if series.calendar is not None else {}),
            STEP: {"type": "integer", "description": "How many periods after the last observation."},
            "prediction": {"type": "number"},
        },
        "description": "With `lower_80` and `upper_80` for each level, and `path_1`, … where paths were drawn.",
    }
    whole = {**answer, "properties": {**answer["properties"], "predictions": {"type": "array", "items": row}}}
    return {
        "summary": f"Forecast with {model.name}" if model.name else "Forecast",
        "description": "One row for each period behind the last observation, with its time.",
        "operationId": "forecast",
        "tags": ["Predictions"],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": _body(schema, series), "example": forecast_example(schema, series)}
            },
        },
        "responses": {
            "200": {
                "description": "The forecast.",
                "content": {"application/json": {"schema": whole}, "text/csv": {"schema": {"type": "string"}}},
            },
            **faults,
        },
    }


def _body(schema: Schema, series: SeriesContract) -> Json:
    properties: Json = {
        "horizon": {"type": "integer", "minimum": 0, "description": "How many periods; or `end`."},
        "end": {"type": "string", "description": "The date until which to forecast; or `horizon`."},
    }
    if "level" in schema.options:
        levels = option_schema(schema.options["level"])
        properties["level"] = {**levels, "default": [int(level) for level in USUAL_LEVELS]}
    properties |= {
        name: option_schema(schema.options[name])
        for name in ("simulate", "seed", "forecaster")
        if name in schema.options
    }
    future = {name: spec for name, spec in schema.inputs.items() if name != STEP}
    by = series.time if series.calendar is not None else STEP
    if len(future) > len(series.keys):
        record = {by: {"type": "string" if by == series.time else "integer"}}
        record |= {name: column_schema(spec) for name, spec in future.items()}
        properties["regressors"] = {
            "type": "array",
            "items": {"type": "object", "properties": record, "required": list(record)},
            "description": "What the future is given, for each period; matched by name and date.",
        }
    if series.keys:
        keys = {name: column_schema(schema.inputs[name]) for name in series.keys}
        properties["keys"] = {"type": "array", "items": {"type": "object", "properties": keys, "required": list(keys)}}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def forecast_example(schema: Schema, series: SeriesContract, row: Json | None = None) -> Json:
    """Return a body that the model answers.

    Args:
        schema: What the model takes.
        series: What it says of its series.
        row: A row that it can predict; without one, the values of its keys, which nobody knows here, are left out.
    """
    names = [name for name in schema.inputs if name != STEP and name not in series.keys]
    values = {name: (row or {}).get(name, 0) for name in names}
    keys: Json = {"keys": [{name: row[name] for name in series.keys}]} if row and series.keys else {}
    if not names:
        return {"horizon": 12, **keys}
    of = keys["keys"][0] if keys else {}
    if series.calendar is None or series.last is None:
        return {"horizon": 1, "regressors": [{STEP: 1, **of, **values}]}
    times = series.calendar.after(series.last, 2)
    return {"horizon": 2, "regressors": [{series.time: time, **of, **values} for time in times]}
