"""From a frame of predictions to the body of an answer in JSON."""

from __future__ import annotations

import json
import math
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from anops_api_service.api_version import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_model_interface.columns import Column
    from anops_model_interface.frames import Frame, Warn

    from anops_api_service.identity import Identity

MAX_HEADER_BYTES = 4000
"""How long `AnOps-Warnings` may be: many servers and proxies stop at 8 KB for all headers together."""


def json_answer(
    rows: Sequence[Mapping[str, Any]], warnings: Sequence[Warn], *, model: Identity, request_id: str
) -> bytes:
    """Write an answer as JSON.

    Args:
        rows: The predictions, as `records()` gives them.
        warnings: What goes with them.
        model: Which model it was.
        request_id: The request's id.
    """
    return msgspec.json.encode({"predictions": rows, **closing_members(warnings, model, request_id)})


def warnings_header(warnings: Sequence[Warn]) -> bytes:
    """Write warnings as JSON for a header: ASCII only, as many as fit."""
    kept: list[str] = []
    left = MAX_HEADER_BYTES - len(_more(len(warnings)))
    for warn in warnings:
        text = json.dumps(_warning(warn))
        if not kept and len(text) > left and len(warn.message) > 200:
            text = json.dumps({**_warning(warn), "message": warn.message[:200] + "…", "call": None})
        left -= len(text) + len(", ")
        if left < 0:
            break
        kept.append(text)
    if len(kept) < len(warnings):
        kept.append(_more(len(warnings) - len(kept)))
    return f"[{', '.join(kept)}]".encode("ascii")


def _more(count: int) -> str:
    return json.dumps({"message": f"{count} more warnings"})


def closing_members(warnings: Sequence[Warn], model: Identity, request_id: str) -> dict[str, Any]:
    """Return what stands beside the predictions."""
    return {
        "warnings": [_warning(warn) for warn in warnings],
        "model": model.member,
        "api_version": API_VERSION,
        "request_id": request_id,
    }


def records(frame: Frame) -> list[dict[str, Any]]:
    """Return a frame as a list of rows, each value as JSON writes it: missing is null, infinity "Inf" or "-Inf"."""
    names = frame.names()
    lists = [json_values(column) for column in frame.columns]
    if not lists:
        return [{} for _ in range(frame.rows)]
    if len(lists) == 1:  # most answers, and five times as fast
        (name,), (values,) = names, lists
        if frame.columns[0].values.dtype == object and len(values) > 1:
            # of texts there are few: each makes one row, which stands wherever it is needed
            return list(itemgetter(*values)({value: {name: value} for value in set(values)}))
        return [{name: value} for value in values]
    return [dict(zip(names, row, strict=True)) for row in zip(*lists, strict=True)]


def _warning(warn: Warn) -> dict[str, Any]:
    rows = list(warn.rows)
    told = {"message": warn.message, "call": warn.call, "column": warn.column, "rows": rows}
    return {**told, "kind": warn.kind or None, "count": warn.count}


def json_values(column: Column) -> list[Any]:
    """Return the values of a column as JSON writes them: missing is null, infinity "Inf" or "-Inf"."""
    values: list[Any] = column.values.tolist()
    if column.type == "number":
        if np.isfinite(column.values).all():
            return values
        return [_number(value) for value in values]
    if column.missing is None:
        return values
    return [None if gone else value for value, gone in zip(values, column.missing.tolist(), strict=True)]


def _number(value: float) -> float | str | None:
    if math.isfinite(value):
        return value
    return None if math.isnan(value) else "Inf" if value > 0 else "-Inf"
