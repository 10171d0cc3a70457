"""Asks a running service about its series: forecasts, observations, and what it says of its calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from anops_model_interface.codes import Code
from anops_model_interface.series.contract import SeriesContract

from anops_control.errors import CommandError
from anops_control.predicting.client import CSV, media_type_in, refused
from anops_control.predicting.sent_file import SentFile
from anops_control.tables.dialect_questions import settled_dialect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from anops_control.looking.served import Served
    from anops_control.tables.dialect import Asked

STEP, OBSERVED = "step", "observed"


def contract_of(card: Mapping[str, Any]) -> SeriesContract:
    """Return what a model says of its series.

    Raises:
        CommandError: It forecasts none.
    """
    series = card.get("series")
    if not isinstance(series, dict):
        raise CommandError(
            f"The model `{card.get('name')}` forecasts no time series.",
            remedy="[series] in its ao.toml makes a model one of a series; without it, it predicts rows.",
            code=Code.NO_SERIES,
        )
    return msgspec.convert(series, SeriesContract)


def regressors_of(card: Mapping[str, Any], contract: SeriesContract) -> list[str]:
    """Return the columns of regressors."""
    return [name for name in card["schema"]["inputs"] if name != STEP and name not in contract.keys]


def numbers_of(card: Mapping[str, Any], contract: SeriesContract) -> list[str]:
    """Return the columns of numbers in observations: the value, and regressors."""
    inputs = card["schema"]["inputs"]
    regressors = regressors_of(card, contract)
    return [contract.value, *(name for name in regressors if inputs[name]["type"] in {"number", "integer"})]


def file_of(
    path: Path,
    written: Asked,
    *,
    numbers: Sequence[str],
) -> SentFile:
    """Return a file of rows, as it is written.

    Args:
        path: The file.
        written: What is known of how it is written.
        numbers: Its columns of numbers.

    Raises:
        CommandError: How it is written can't be told.
    """
    media_type = media_type_in(path)
    file = SentFile(path, str(path), media_type)
    if media_type != CSV:
        return file
    return SentFile(path, str(path), media_type, settled_dialect(path, str(path), written, numbers=frozenset(numbers)))


def forecast(service: Served, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer to `POST /forecast`.

    Raises:
        AnOpsError: The service refused, or the model failed.
    """
    answer: dict[str, Any] = refused(service.client.post(f"{service.url}/forecast", json=dict(asked))).json()
    return answer


def forecast_from(
    service: Served, rows: Mapping[str, Sequence[object]], observed: str | None, levels: Sequence[float]
) -> Mapping[str, np.ndarray]:
    """Return what a model forecasts from a state that is sent along.

    Args:
        service: Where it is.
        rows: A column of steps, and the regressors.
        observed: What was observed since the fit, as the model takes it in.
        levels: The coverages of intervals, in percent; none where the model has none.

    Raises:
        AnOpsError: The service refused, or the model failed.
    """
    options: dict[str, Any] = {"level": [*levels]} if levels else {}
    if observed is not None:
        options[OBSERVED] = observed
    answer = refused(service.client.post(f"{service.url}/predict", json={"data": dict(rows), "options": options}))
    predictions: list[dict[str, Any]] = answer.json()["predictions"]
    return {
        name: np.array([_number(row[name]) for row in predictions]) for name in (predictions[0] if predictions else ())
    }


def _number(value: object) -> float:
    """Return a number as JSON writes it: missing is null, infinity text."""
    return float("nan") if value is None else float(str(value))
