"""Requests are split between versions of a model, and a version answers beside, off the caller's way."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from anops_api_service.prediction_log import PredictionLog
from anops_api_service.settings import Settings
from anops_api_service.traffic.arms import arms_of
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.prediction_log import SHADOW, PredictionStore
from fake_model_service import FakeModelService, total
from pydantic import ValidationError
from running_service import Running, run_service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from anops_model_interface.frames import Frame
    from anops_model_interface.prediction_log import Prediction
    from anops_model_interface.schema import Schema
    from fake_model_service import Loop

ROW = {"wt": 2.5, "hp": 110, "cyl": 6, "Gear Type": "auto"}
SPLIT = "cars/1.0.0=3,cars/2.0.0=1"


@pytest.fixture
def two(loop: Loop, cars: Schema) -> Iterator[list[FakeModelService]]:
    """Two versions of a model."""
    services = [FakeModelService(loop, cars), FakeModelService(loop, cars)]
    services[1].serve(cars, version="2.0.0")
    for each in services:
        each.start()
    yield services
    for each in services:
        each.stop()


def asked(running: Running, unit: str | None = None, path: str = "/predict") -> str:
    """Ask for a prediction, and return the version that answered."""
    headers = {} if unit is None else {"AnOps-Unit": unit}
    answer = running.http.post(path, json={"data": [ROW]}, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["anops-model-version"] == answer.json()["model"]["version"]
    return str(answer.json()["model"]["version"])


def logged(file: Path, count: int, role: str) -> list[Prediction]:
    """Return what the log holds, once it holds so much."""
    end = time.monotonic() + 90
    while True:
        store = PredictionStore(file)
        found = list(store.between(0, time.time() + 60, role=role))
        store.close()
        if len(found) >= count or time.monotonic() > end:
            return found
        time.sleep(0.05)


def test_a_unit_always_gets_the_same_version_and_the_shares_are_as_set(
    loop: Loop, two: list[FakeModelService], tmp_path: Path
) -> None:
    log = PredictionLog(tmp_path / "log.db")
    urls = [each.url for each in two]
    with run_service(loop, *urls, default="cars/1.0.0", split=SPLIT, prediction_log=log) as running:
        running.wait_until_ready()
        first = {f"unit {number}": asked(running, f"unit {number}") for number in range(200)}
        assert first == {unit: asked(running, unit) for unit in first}
        counts = Counter(first.values())
        assert 25 < counts["2.0.0"] < 80  # 50 of 200 are expected; beyond this one in 100,000
        assert asked(running, "unit 1", "/models/cars/versions/1.0.0/predict") == "1.0.0"
        assert asked(running, "unit 1", "/models/cars/predict") == first["unit 1"]
        assert {asked(running) for _ in range(40)} == {"1.0.0", "2.0.0"}
    kept = logged(tmp_path / "log.db", 442, "")
    assert len({each.unit for each in kept if each.unit}) == 240  # the units, and requests that name none
    assert [each.version for each in kept if not each.unit] == ["1.0.0"]
    assert not any("unit" in each.unit for each in kept)
    assert Counter(each.version for each in kept[:200]) == counts


def test_a_larger_share_keeps_the_units_that_a_version_had(loop: Loop, two: list[FakeModelService]) -> None:
    urls, units = [each.url for each in two], [f"u{number}" for number in range(100)]
    had: set[str] = set()
    for weight in (0.1, 0.5):
        with run_service(loop, *urls, split=f"cars/1.0.0={1 - weight},cars/2.0.0={weight}",
                         default="cars/1.0.0") as running:  # fmt: skip
            running.wait_until_ready()
            has = {unit for unit in units if asked(running, unit) == "2.0.0"}
        assert had <= has
        had = has


def test_a_version_that_is_away_gets_no_requests(loop: Loop, two: list[FakeModelService], tmp_path: Path) -> None:
    log, urls = PredictionLog(tmp_path / "log.db"), [each.url for each in two]
    split = "cars/1.0.0=0,cars/2.0.0=1"
    with run_service(loop, *urls, split=split, default="cars/1.0.0", prediction_log=log) as running:
        running.wait_until_ready()
        assert asked(running) == "2.0.0"
        two[1].set_serving(False)
        running.wait_for("/health/ready", 503)
        assert asked(running, "unit 1") == "1.0.0"
    kept = logged(tmp_path / "log.db", 2, "")
    assert [(each.version, bool(each.unit)) for each in kept] == [("2.0.0", True), ("1.0.0", False)]


def test_a_shadow_answers_beside_and_nobody_waits_for_it(
    loop: Loop, two: list[FakeModelService], tmp_path: Path
) -> None:
    held = loop.run(_event())

    async def slow(frame: Frame, options: dict[str, Any]) -> Any:
        await held.wait()
        return await total(frame, options)

    two[1].behaviour = slow
    log = PredictionLog(tmp_path / "log.db", values=True)
    urls = [each.url for each in two]
    with run_service(loop, *urls, default="cars/1.0.0", shadow="cars/2.0.0", prediction_log=log) as running:
        running.wait_until_ready()
        for _ in range(5):
            assert asked(running) == "1.0.0"  # answered while the shadow has answered none
        csv = running.http.post("/predict", content="wt,hp,cyl,Gear Type\n2,100,4,auto\n3,200,8,manual\n",
                                headers={"Content-Type": "text/csv"})  # fmt: skip
        assert csv.status_code == 200
        assert logged(tmp_path / "log.db", 0, SHADOW) == []
        running_now = logged(tmp_path / "log.db", 6, "")
        loop.run(_set(held))
        beside = logged(tmp_path / "log.db", 6, SHADOW)
    assert {each.version for each in running_now} == {"1.0.0"}
    assert {each.version for each in beside} == {"2.0.0"}
    both = {each.request_id: (each.inputs, each.outputs) for each in running_now}
    assert {each.request_id: (each.inputs, each.outputs) for each in beside} == both


def test_what_a_version_fails_on_is_kept_and_the_shadow_fails_alone(
    loop: Loop, two: list[FakeModelService], tmp_path: Path
) -> None:
    async def fails(_: Frame, __: dict[str, Any]) -> Any:
        raise AnOpsError(Code.MODEL_FAILED, "it can't")

    two[1].behaviour = fails
    log = PredictionLog(tmp_path / "log.db")
    urls = [each.url for each in two]
    with run_service(loop, *urls, default="cars/1.0.0", shadow="cars/2.0.0", prediction_log=log) as running:
        running.wait_until_ready()
        for _ in range(3):
            assert asked(running) == "1.0.0"
        refused = running.http.post("/models/cars/versions/2.0.0/predict", json={"data": [ROW]})
        assert refused.status_code >= 500
        wrong = running.http.post("/predict", json={"data": [ROW | {"hp": "x"}]})
        assert wrong.status_code < 500  # a caller's fault is none of the model
        store, end = PredictionStore(tmp_path / "log.db"), time.monotonic() + 90
        while sum(count for _, _, count in store.failures(0)) < 4 and time.monotonic() < end:
            time.sleep(0.05)
        assert store.failures(0) == [("2.0.0", Code.MODEL_FAILED, 4)]
        store.close()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("cars/1.0.0=90", "at least two versions"),
        ("cars/1.0.0=90,cars/1.0.0=10", "each once"),
        ("cars/1.0.0=90,bikes/1.0.0=10", "versions of one model"),
        ("cars/1.0.0=0,cars/2.0.0=0", "a weight above 0"),
        ("cars/1.0.0=-1,cars/2.0.0=1", "not `cars/1.0.0=-1`"),
        ("cars=90,cars/2.0.0=10", "NAME/VERSION"),
        ("cars/1.0.0=nan,cars/2.0.0=1", "not `cars/1.0.0=nan`"),
    ],
)
def test_a_split_that_can_not_be_is_refused(written: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Settings(split=written)


def test_shares_are_parts_of_the_whole() -> None:
    assert [each.share for each in arms_of(" cars/1.0.0=30 , cars/2=10 ")] == [0.75, 0.25]


async def _event() -> asyncio.Event:
    return asyncio.Event()


async def _set(event: asyncio.Event) -> None:
    event.set()
