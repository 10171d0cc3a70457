"""Finds out by trying what a model itself does with missing values and new levels."""

from __future__ import annotations

import io
from contextlib import redirect_stderr
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Column, Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from anops_model_interface.schema import Schema

MOST_COLUMNS = 100
"""With more columns than this, only all of them together are tried."""
_NEW_LEVEL = "a level that is new"


def with_policies(
    schema: Schema,
    rows: Frame,
    predict: Callable[[Frame], Frame],
    *,
    keeps_gaps: bool = False,
    encoded: Collection[str] = (),
) -> Schema:
    """Return the schema with the policies that match the model's own behaviour.

    A column may be missing (`missing = "allow"`) where the model then still gives a prediction, or where it is
    one that answers such a row with a missing prediction. A new level
    counts as missing (`novel = "missing"`) where the model gives the same prediction for both; so it is for
    encoders that ignore what they do not know. It reaches the model as it is (`novel = "allow"`) where an encoder that
    the object holds answers it, and otherwise than a missing value.

    Args:
        schema: The columns.
        rows: A few rows without missing values.
        predict: Predicts rows, or raises `AnOpsError`.
        keeps_gaps: Whether a missing prediction is the model's own answer to a missing value.
        encoded: The columns whose levels an encoder of the object knows.
    """
    if not rows.rows or not schema.inputs:
        return schema
    names = list(schema.inputs)
    groups = [[name] for name in names] if len(names) <= MOST_COLUMNS else [names]
    inputs = dict(schema.inputs)
    for group in groups:
        answer = _answer(_blanked(rows, group), predict, gaps=keeps_gaps)
        for name in group:
            changes: dict[str, Any] = {} if answer is None else {"missing": "allow"}
            if inputs[name].type == "category" and len(group) == 1 and (answer is not None or name in encoded):
                novel = _answer(_novel(rows, name), predict)
                if novel is not None and answer is not None and _same(novel, answer):
                    changes["novel"] = "missing"
                elif novel is not None and name in encoded:
                    changes["novel"] = "allow"
            inputs[name] = replace(inputs[name], **changes)
    return replace(schema, inputs=inputs)


def _answer(rows: Frame, predict: Callable[[Frame], Frame], *, gaps: bool = False) -> Frame | None:
    """Predict; None where the model refuses, or gives a missing prediction that is not taken for an answer."""
    try:
        with redirect_stderr(io.StringIO()):  # a refusal is an answer here, no news for the log
            answer = predict(rows)
    except AnOpsError:
        return None
    if answer.rows != rows.rows:
        return None
    return answer if gaps or not any(column.is_missing().any() for column in answer.columns) else None


def _same(one: Frame, other: Frame) -> bool:
    return one.names() == other.names() and all(
        np.array_equal(a.values, b.values) for a, b in zip(one.columns, other.columns, strict=True)
    )


def _blanked(rows: Frame, names: list[str]) -> Frame:
    return replace(rows, columns=tuple(_blank(c) if c.name in names else c for c in rows.columns))


def _blank(column: Column) -> Column:
    if column.type == "number":
        return replace(column, values=np.full(len(column.values), np.nan))
    return replace(column, missing=np.ones(len(column.values), dtype=bool), coded=None)


def _novel(rows: Frame, name: str) -> Frame:
    values = np.full(rows.rows, _NEW_LEVEL, dtype=object)
    return replace(rows, columns=tuple(Column(name, "string", values) if c.name == name else c for c in rows.columns))
