from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from anops_api_service.prediction_log import PredictionLog
from anops_model_interface.outcome_log import OutcomeStore
from running_service import run_service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fake_model_service import FakeModelService, Loop
    from running_service import Running

ROW = {"wt": 2.5, "hp": 110, "cyl": 6, "Gear Type": "auto"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "predictions.db"


@pytest.fixture
def running(loop: Loop, model_service: FakeModelService, file: Path) -> Iterator[Running]:
    log = PredictionLog(file, values=True)
    with run_service(loop, model_service.url, prediction_log=log) as service:
        service.wait_until_ready()
        yield service
    log.close()


def told(running: Running, *outcomes: object) -> dict[str, object]:
    answer = running.http.post("/outcomes", json={"outcomes": outcomes})
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return {key: found[key] for key in ("new", "changed", "same", "unknown")}


def test_what_is_told_twice_is_kept_once_and_the_last_value_holds(running: Running, file: Path) -> None:
    first = {"request_id": "r1", "row": 1, "outcome": 21.4}
    assert told(running, first, {"request_id": "r1", "row": 2, "outcome": 19}) == {
        "new": 2, "changed": 0, "same": 0, "unknown": 2}  # fmt: skip
    assert told(running, first)["same"] == 1
    assert told(running, {**first, "outcome": 22.0})["changed"] == 1
    store = OutcomeStore(file, only_read=True)
    assert [(each.request_id, each.row, each.outcome) for each in store.all()] == [("r1", 1, 19), ("r1", 0, 22.0)]
    store.close()


def test_an_outcome_of_a_prediction_in_the_log_is_known(running: Running) -> None:
    running.http.post("/predict", json={"data": [ROW]}, headers={"x-request-id": "asked"})
    assert told(running, {"request_id": "asked", "outcome": 118.0})["unknown"] == 0
    assert told(running, {"request_id": "asked", "row": 2, "outcome": 118.0})["unknown"] == 1


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        ({"outcome": 1}, "row 1 has neither"),
        ({"request_id": "a", "key": {"b": 1}, "outcome": 1, "time": "2026-01-01"}, "row 1 has both"),
        ({"request_id": "a"}, "row 1 lacks it"),
        ({"request_id": "a", "outcome": [1]}, "`outcome` must be a number, a text, true or false; row 1 is [1]"),
        ({"request_id": "a", "row": 0, "outcome": 1}, "from 1; row 1 is 0"),
        ({"key": {"customer": 1}, "outcome": 1}, "must have a `time`"),
        ({"key": {"customer": 1}, "outcome": 1, "time": "soon"}, "row 1 is 'soon'"),
        ({"request_id": "a", "value": 1, "outcome": 1}, "no field `value`"),
        (7, "an outcome must be an object; row 1 is 7"),
    ],
)
def test_what_is_no_outcome_is_told_and_nothing_kept(outcome: object, says: str, running: Running, file: Path) -> None:
    answer = running.http.post("/outcomes", json={"outcomes": [outcome, {"request_id": "b", "outcome": 2}]})
    assert answer.status_code == 422
    assert says in answer.json()["detail"]
    store = OutcomeStore(file, only_read=True)
    assert list(store.all()) == []
    store.close()


def test_a_log_that_is_held_by_another_is_told_as_away(running: Running, file: Path) -> None:
    held = sqlite3.connect(file)
    held.execute("BEGIN IMMEDIATE")
    answer = running.http.post("/outcomes", json={"outcomes": [{"request_id": "a", "outcome": 1}]})
    held.rollback()
    held.close()
    assert (answer.status_code, answer.json()["code"]) == (503, "LOG_UNUSABLE")
    assert "retry-after" in answer.headers


def test_without_a_log_the_setting_is_named(loop: Loop, model_service: FakeModelService) -> None:
    with run_service(loop, model_service.url) as running:
        answer = running.http.post("/outcomes", json={"outcomes": []})
    assert answer.status_code == 404
    assert "log_predictions" in answer.json()["remedy"]
