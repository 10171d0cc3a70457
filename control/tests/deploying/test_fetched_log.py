"""Logs that services keep elsewhere are brought together whole, with the outcomes that the project knows."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from anops_control.deploying.fetched_log import KEPT_IN, READ, assembled
from anops_control.errors import CommandError
from anops_model_interface.outcome_log import Outcome, OutcomeStore
from anops_model_interface.prediction_log import Prediction, PredictionStore

if TYPE_CHECKING:
    from pathlib import Path


def kept(folder: Path, *requests: str, outcomes: tuple[str, ...] = ()) -> Path:
    """Write a log of requests, and of some of what came true."""
    file = folder / "predictions.db"
    now = time.time()
    store = PredictionStore(file)
    store.add([
        Prediction(request_id=each, time=now, model="m", version="1", digest="sha256:1", first_row=0, rows=1,
                   options=None, inputs="[]", outputs="[]", warnings=None)
        for each in requests
    ])  # fmt: skip
    store.close()
    told = OutcomeStore(file)
    told.add([Outcome(outcome=1.5, time=now, request_id=each, row=0) for each in outcomes], received=now)
    told.close()
    return file


def said_in(folder: Path) -> bytes:
    """Return what is said where a container keeps its log in a folder."""
    code = READ[2].replace(KEPT_IN, str(folder))
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout


def test_several_logs_are_one_and_an_outcome_that_is_known_twice_stands_once(tmp_path: Path) -> None:
    one, two, empty, project, place = (tmp_path / name for name in ("one", "two", "empty", "project", "place"))
    place.mkdir()
    empty.mkdir()
    kept(one, "a", "b", outcomes=("a",))
    kept(two, "c", outcomes=("a",))
    kept(project / ".anops", outcomes=("c",))
    for _ in range(2):  # it is made anew each time
        file = assembled([said_in(one), said_in(two), said_in(empty)], place, project)
        store, outcomes = PredictionStore(file, only_read=True), OutcomeStore(file, only_read=True)
        assert sorted(each.request_id for each in store.between(0, time.time() + 60)) == ["a", "b", "c"]
        assert sorted(str(each.request_id) for each in outcomes.all()) == ["a", "c"]
        store.close()
        outcomes.close()
    told = OutcomeStore(place / "predictions.db")
    told.add([Outcome(outcome=2.5, time=time.time(), request_id="b", row=0)], received=time.time())
    told.close()
    file = assembled([said_in(one)], place, project)  # another container is gone
    store, outcomes = PredictionStore(file, only_read=True), OutcomeStore(file, only_read=True)
    assert sorted(each.request_id for each in store.between(0, time.time() + 60)) == ["a", "b"]
    assert sorted(str(each.request_id) for each in outcomes.all()) == ["a", "b", "c"]
    store.close()
    outcomes.close()
    assert {each.name.partition("-")[0] for each in place.iterdir()} == {"predictions.db"}


def test_what_is_no_log_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="The prediction log can't be read"):
        assembled([b"bm8gZGF0YWJhc2U="], tmp_path, tmp_path)
