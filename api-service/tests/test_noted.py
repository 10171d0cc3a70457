"""What shared a call of the model is read together for the log: each request keeps its own rows."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from anops_api_service.bodies.json_body import JsonBody
from anops_api_service.identity import Identity
from anops_api_service.kept_columns import KeptColumns
from anops_api_service.model_answer import ModelAnswer, Predictions
from anops_api_service.noted import Noted, predictions_of
from anops_model_interface.columns import Column
from anops_model_interface.frames import Frame, Warn
from anops_model_interface.schema import Schema

SCHEMA = Schema.of(
    {
        "inputs": {
            "x": {"type": "number", "missing": "allow"},
            "g": {"type": "category", "levels": ["a", "b"], "novel": "allow"},
        },
        "outputs": {"prediction": "number"},
    }
)
READER = JsonBody(SCHEMA, "lines")
LINES = Identity("lines", "1", "sha256:12")
ALL = KeptColumns()


def noted(*bodies: list[dict[str, Any]], warnings: tuple[Warn, ...] = ()) -> list[Noted]:
    """Note requests that shared a call, which predicted 0, 1, 2, ..."""
    count = sum(map(len, bodies))
    shared = Predictions(Frame((Column("prediction", "number", np.arange(float(count))),), count))
    made, start = [], 0
    for number, rows in enumerate(bodies):
        sent = READER.take(json.dumps({"data": rows}).encode())
        answered = ModelAnswer(shared, start, start + len(rows), warnings, LINES)
        made.append(Noted(str(number), 1.5, LINES, 0, len(rows), (sent, answered)))
        start += len(rows)
    return made


def test_each_request_of_a_shared_call_keeps_its_own_rows_and_predictions() -> None:
    bodies = [[{"x": 1.5, "g": "a"}], [{"x": 2.5, "g": "b"}, {"x": 3.5, "g": "a"}], [{"x": 4.5, "g": "b"}]]
    kept = list(predictions_of(noted(*bodies), ALL))
    assert [json.loads(each.inputs or "") for each in kept] == bodies
    assert [[row["prediction"] for row in json.loads(each.outputs or "")] for each in kept] == [[0], [1, 2], [3]]
    assert [(each.request_id, each.rows, each.digest, each.options) for each in kept] == [
        ("0", 1, "sha256:12", "{}"), ("1", 2, "sha256:12", "{}"), ("2", 1, "sha256:12", "{}"),
    ]  # fmt: skip


@pytest.mark.parametrize("odd", [{"x": None, "g": "a"}, {"x": 2.5, "g": "new"}], ids=["missing", "novel"])
def test_a_request_of_which_there_is_something_to_say_keeps_that_alone(odd: dict[str, Any]) -> None:
    usual = {"x": 1.5, "g": "a"}
    asked = noted([usual], [odd], [usual])
    kept = list(predictions_of(asked, ALL))
    alone = [next(predictions_of([each], ALL)) for each in asked]
    assert kept == alone
    assert [json.loads(each.inputs or "") for each in kept][::2] == [[usual], [usual]]
    assert [each.warnings is None for each in kept][::2] == [True, True]


def test_warnings_of_the_model_and_columns_that_may_not_be_kept() -> None:
    asked = noted([{"x": 1.5, "g": "a"}], [{"x": 2.5, "g": "b"}], warnings=(Warn("far from the data", column="x"),))
    kept = list(predictions_of(asked, KeptColumns(never=frozenset({"g"}))))
    assert [json.loads(each.inputs or "") for each in kept] == [[{"x": 1.5}], [{"x": 2.5}]]
    assert all("far from the data" in (each.warnings or "") for each in kept)
    assert [each.warnings for each in predictions_of(asked, KeptColumns(only=frozenset({"g"})))] == [None, None]
    bare = [Noted(each.request_id, each.time, LINES, 0, each.rows, None) for each in asked]
    assert [(each.request_id, each.inputs) for each in predictions_of(bare, ALL)] == [("0", None), ("1", None)]
