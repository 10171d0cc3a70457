"""Rows that were rolled into Parquet: DuckDB reads them, reports do, and they are forgotten with the log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import duckdb  # noqa: TID251  reads what was written, as others do
from anops_model_interface.log_keeping import prune
from anops_model_interface.outcome_log import Outcome, OutcomeStore
from anops_model_interface.prediction_log import Prediction, PredictionStore
from anops_monitoring.adapter import MONITOR
from anops_monitoring.archive import archived
from anops_monitoring.logged import read_log

if TYPE_CHECKING:
    from pathlib import Path

NOVEMBER, DECEMBER = 1_764_460_800.25, 1_764_547_200.5
ROWS: list[tuple[str, float, dict[str, Any], dict[str, Any]]] = [
    ("a", NOVEMBER, {"who": 7, "x": 1.5, "new": True, "word": "ü"}, {"prediction": "yes"}),
    ("b", NOVEMBER + 60, {"who": 8, "x": "-Inf", "new": None, "word": None}, {"no": 0.25, "yes": 0.75}),
    ("c", DECEMBER, {"who": 7, "x": 2, "new": False}, {"prediction": "no"}),
]


def kept(folder: Path) -> Path:
    file = folder / "predictions.db"
    store = PredictionStore(file)
    store.add([
        Prediction(request_id=name, time=time, model="m", version="1", digest="sha256:1", rows=1,
                   options='{"type": "class"}', inputs=json.dumps([inputs]), outputs=json.dumps([outputs]))
        for name, time, inputs, outputs in ROWS
    ])  # fmt: skip
    store.close()
    tell(file, Outcome(outcome="yes", time=NOVEMBER + 90, request_id="a"))
    return file


def tell(file: Path, *outcomes: Outcome) -> None:
    store = OutcomeStore(file)
    store.add(outcomes, received=DECEMBER)
    store.close()


def roll(file: Path) -> dict[str, int]:
    return MONITOR.roll(file, file.parent / "rolled", since=0, until=float("inf"))


def test_a_month_is_a_file_that_duckdb_reads(tmp_path: Path) -> None:
    assert roll(kept(tmp_path)) == {"2025-11.parquet": 2, "2025-12.parquet": 1}
    with duckdb.connect() as database:
        found = database.sql(
            f"""SELECT request_id, row, epoch(time), "input.x", outcome FROM '{tmp_path}/rolled/2025-11.parquet'
            ORDER BY time"""  # noqa: S608  our own names
        ).fetchall()
    assert found == [("a", 1, NOVEMBER, 1.5, "yes"), ("b", 1, NOVEMBER + 60, float("-inf"), None)]


def test_rows_come_back_as_they_were_kept(tmp_path: Path) -> None:
    file = kept(tmp_path)
    before = read_log(file, since=0, until=float("inf")).rows
    before[1].inputs["x"] = float("-inf")
    roll(file)
    assert archived(tmp_path / "rolled") == before


def test_what_the_log_has_deleted_stays_and_late_outcomes_are_added(tmp_path: Path) -> None:
    file = kept(tmp_path)
    roll(file)
    prune(file, before=DECEMBER - 10)
    tell(file, Outcome(outcome="no", time=DECEMBER + 5, request_id="b"),
         Outcome(outcome="no", time=DECEMBER + 6, key='{"who":7}'))  # fmt: skip
    earlier = archived(tmp_path / "rolled")
    log = read_log(file, since=0, until=float("inf"), earlier=earlier)
    assert [(each.request_id, each.outcome) for each in log.rows] == [("a", "yes"), ("b", "no"), ("c", "no")]
    assert log.requests == 3
    assert [row.request_id for row in read_log(file, since=0, until=DECEMBER - 1, earlier=earlier).rows] == ["a", "b"]
    assert roll(file) == {"2025-11.parquet": 2, "2025-12.parquet": 1}
    assert [each.outcome for each in archived(tmp_path / "rolled")] == ["yes", "no", "no"]


def test_somebody_is_forgotten_there_too(tmp_path: Path) -> None:
    file = kept(tmp_path)
    roll(file)
    folder = tmp_path / "rolled"
    assert MONITOR.forget(folder, request_id=None, key={"who": 7.0}) == 2
    assert [each.request_id for each in archived(folder)] == ["b"]
    assert sorted(each.name for each in folder.iterdir()) == ["2025-11.parquet"]
    assert MONITOR.forget(folder, request_id="b", key=None) == 1
    assert archived(folder) == []


def test_a_row_is_rolled_once_whatever_its_time_is(tmp_path: Path) -> None:
    file = tmp_path / "predictions.db"
    store = PredictionStore(file)
    store.add([
        Prediction(request_id=f"r{place}", time=NOVEMBER + place * 0.0012345678, model="m", version="1", digest="",
                   rows=1, options="{}", inputs='[{"x": 1}]', outputs='[{"prediction": 1}]')
        for place in range(100)
    ])  # fmt: skip
    store.close()
    assert roll(file) == {"2025-11.parquet": 100}
    assert roll(file) == {"2025-11.parquet": 100}
    earlier = archived(tmp_path / "rolled")
    assert len(earlier) == 100
    assert len(read_log(file, since=0, until=float("inf"), earlier=earlier).rows) == 100
