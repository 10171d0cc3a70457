from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from anops_model_interface.log_keeping import forget, prune
from anops_model_interface.outcome_log import Outcome, OutcomeStore
from anops_model_interface.prediction_log import Prediction, PredictionStore

if TYPE_CHECKING:
    from pathlib import Path


def keep(file: Path, *requests: tuple[str, float, list[dict[str, object]]]) -> None:
    store = PredictionStore(file)
    store.add(
        Prediction(request_id=name, time=time, model="m", version="1", digest="", rows=len(rows), options="{}",
                   inputs=json.dumps(rows), outputs=json.dumps([{"prediction": 1.0} for _ in rows]))
        for name, time, rows in requests
    )  # fmt: skip
    store.close()


def requests_in(file: Path) -> list[str]:
    store = PredictionStore(file, only_read=True)
    found = [each.request_id for each in store.between(0, 1e12)]
    store.close()
    return found


def tell(file: Path, *outcomes: Outcome) -> None:
    store = OutcomeStore(file)
    store.add(outcomes, received=10)
    store.close()


def outcomes_in(file: Path) -> list[object]:
    store = OutcomeStore(file, only_read=True)
    found = [each.outcome for each in store.all()]
    store.close()
    return found


def test_what_is_old_goes_with_its_outcomes(tmp_path: Path) -> None:
    file = tmp_path / "log.db"
    keep(file, ("old", 100, [{"x": 1}]), ("new", 200, [{"x": 2}]))
    tell(file, Outcome(outcome=1, time=100, request_id="old"), Outcome(outcome=2, time=200, request_id="new"))
    assert prune(file, before=150) == 1
    assert requests_in(file) == ["new"]
    assert outcomes_in(file) == [2]
    assert prune(file, before=150) == 0


def test_of_a_log_that_is_too_large_the_oldest_go_and_its_file_shrinks(tmp_path: Path) -> None:
    file = tmp_path / "log.db"
    keep(file, *((f"r{n}", 1000 - n, [{"text": "x" * 1000}]) for n in range(1000)))
    before = file.stat().st_size
    assert prune(file, most_bytes=500_000) > 0
    left = requests_in(file)
    assert 0 < len(left) < 600
    assert left == [f"r{n}" for n in range(len(left))]  # by their times, not by when they were kept
    assert file.stat().st_size < 0.7 * before


def test_a_person_is_forgotten_and_leaves_no_trace(tmp_path: Path) -> None:
    file = tmp_path / "log.db"
    keep(
        file,
        ("both", 100, [{"who": "Ada Lovelace", "x": 1}, {"who": "Grace Hopper", "x": 2}]),
        ("alone", 101, [{"who": "Ada Lovelace", "x": 3}]),
        ("other", 102, [{"who": "Grace Hopper", "x": 4}]),
    )
    tell(
        file,
        Outcome(outcome=1, time=1, request_id="both", row=0),
        Outcome(outcome=2, time=2, request_id="both", row=1),
        Outcome(outcome=3, time=3, key=Outcome.key_of({"who": "Ada Lovelace"})),
    )
    found = forget(file, key={"who": "Ada Lovelace"})
    assert (found.rows, found.outcomes) == (2, 2)
    assert requests_in(file) == ["both", "other"]
    assert outcomes_in(file) == [2]
    store = PredictionStore(file, only_read=True)
    (left,) = store.of_request("both")
    store.close()
    assert json.loads(left.inputs or "") == [None, {"who": "Grace Hopper", "x": 2}]
    for each in tmp_path.iterdir():
        assert b"Lovelace" not in each.read_bytes(), each


def test_a_request_is_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "log.db"
    keep(file, ("a", 100, [{"x": 1}]), ("b", 101, [{"x": 2}, {"x": 2}]))
    tell(file, Outcome(outcome=1, time=1, request_id="b", row=1))
    found = forget(file, request_id="b")
    assert (found.rows, found.outcomes) == (2, 1)
    assert requests_in(file) == ["a"]
    assert forget(file, request_id="b").to_dict() == {"rows": 0, "outcomes": 0}


@pytest.mark.parametrize("key", [{"x": 17}, {"x": 17.0}])
def test_a_number_is_the_same_whole_or_not(key: dict[str, object], tmp_path: Path) -> None:
    file = tmp_path / "log.db"
    keep(file, ("a", 100, [{"x": 17.0}]))
    assert forget(file, key=key).rows == 1
