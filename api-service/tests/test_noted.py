"""What shared a call of the model is read together for the log: each request keeps its own rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest
from anops_api_service.bodies.json_body import JsonBody
from anops_api_service.bodies.small_json import SmallJson
from anops_api_service.identity import Identity
from anops_api_service.keeping.kept_columns import KeptColumns
from anops_api_service.keeping.messages import Message, ReaderOf
from anops_api_service.keeping.noted import asked_now, bare_entry, noted
from anops_api_service.keeping.rows import predictions_of, reader_of
from anops_api_service.model_answer import ModelAnswer, Predictions
from anops_api_service.prediction_log import PredictionLog
from anops_model_interface.columns import Column
from anops_model_interface.frames import Frame, Warn
from anops_model_interface.prediction_log import PredictionStore
from anops_model_interface.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from anops_model_interface.prediction_log import Prediction

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
NUMBER = 7


def shared(*bodies: list[dict[str, Any]], warnings: tuple[Warn, ...] = ()) -> list[bytes]:
    """Note requests that shared a call, which predicted 0, 1, 2, ..."""
    count = sum(map(len, bodies))
    predictions = Predictions(Frame((Column("prediction", "number", np.arange(float(count))),), count))
    made, start = [], 0
    for number, rows in enumerate(bodies):
        sent = READER.take(json.dumps({"data": rows}).encode())
        answered = ModelAnswer(predictions, start, start + len(rows), warnings, LINES)
        entry = noted(asked_now(str(number), LINES, 0, len(rows), "", ""), sent, answered, lambda _: NUMBER)
        assert isinstance(entry, bytes)
        made.append(entry)
        start += len(rows)
    return made


def kept_of(entries: Iterable[bytes], columns: KeptColumns = ALL) -> list[Prediction]:
    """Return the rows that the process which writes the log makes of what it is told."""
    told = {"entries": [*map(msgspec.Raw, entries)], "readers": [ReaderOf(NUMBER, SCHEMA.to_json(), READER.model)]}
    came = msgspec.msgpack.decode(msgspec.msgpack.encode(told), type=Message)
    return [*predictions_of(came.entries, columns, {each.number: reader_of(each) for each in came.readers})]


def test_each_request_of_a_shared_call_keeps_its_own_rows_and_predictions() -> None:
    bodies = [[{"x": 1.5, "g": "a"}], [{"x": 2.5, "g": "b"}, {"x": 3.5, "g": "a"}], [{"x": 4.5, "g": "b"}]]
    kept = kept_of(shared(*bodies))
    assert [json.loads(each.inputs or "") for each in kept] == bodies
    assert [[row["prediction"] for row in json.loads(each.outputs or "")] for each in kept] == [[0], [1, 2], [3]]
    assert [(each.request_id, each.rows, each.digest, each.options) for each in kept] == [
        ("0", 1, "sha256:12", "{}"), ("1", 2, "sha256:12", "{}"), ("2", 1, "sha256:12", "{}"),
    ]  # fmt: skip


@pytest.mark.parametrize("odd", [{"x": None, "g": "a"}, {"x": 2.5, "g": "new"}], ids=["missing", "novel"])
def test_a_request_of_which_there_is_something_to_say_keeps_that_alone(odd: dict[str, Any]) -> None:
    usual = {"x": 1.5, "g": "a"}
    asked = shared([usual], [odd], [usual])
    kept = kept_of(asked)
    alone = [kept_of([each])[0] for each in asked]
    assert kept == alone
    assert [json.loads(each.inputs or "") for each in kept][::2] == [[usual], [usual]]
    assert [each.warnings is None for each in kept][::2] == [True, True]


def test_warnings_of_the_model_and_columns_that_may_not_be_kept() -> None:
    asked = shared([{"x": 1.5, "g": "a"}], [{"x": 2.5, "g": "b"}], warnings=(Warn("far from the data", column="x"),))
    kept = kept_of(asked, KeptColumns(never=frozenset({"g"})))
    assert [json.loads(each.inputs or "") for each in kept] == [[{"x": 1.5}], [{"x": 2.5}]]
    assert all("far from the data" in (each.warnings or "") for each in kept)
    assert [each.warnings for each in kept_of(asked, KeptColumns(only=frozenset({"g"})))] == [None, None]
    assert [(each.request_id, each.inputs) for each in kept_of([bare_entry(asked_now("7", LINES, 0, 1, "", ""))])] == [
        ("7", None)
    ]


def test_rows_that_can_not_be_read_again_are_told_without_their_values(tmp_path: Path) -> None:
    sent = READER.take(b'{"data": [{"x": 1.5, "g": "a"}, {"x": null, "g": "a"}]}')
    assert isinstance(sent, SmallJson)
    sent.body, sent.values = b'{"data": [{"x": "potato", "g": "a"}]}', [("potato", "a")]
    frame = Frame((Column("prediction", "number", np.arange(1.0)),), 1)
    answered = ModelAnswer(Predictions(frame), 0, 1, (), LINES)
    log = PredictionLog(tmp_path / "log.db", values=True)
    log.note_answer("odd", sent, answered)
    log.note("good", LINES, 1)
    log.close()
    store = PredictionStore(tmp_path / "log.db", only_read=True)
    kept, dropped = len(store.of_request("odd")), store.dropped()
    store.close()
    assert (kept, dropped) == (0, 2)
