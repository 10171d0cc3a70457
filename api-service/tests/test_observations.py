from __future__ import annotations

import html
import io
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from anops_api_service.observing.measurements import Measurements
from anops_api_service.series.keeper import SeriesKeeper
from anops_model_interface.frames import Column, Frame
from anops_model_interface.schema import Schema
from anops_series.opening import open_store
from anops_series.port import SeriesIdentity
from fake_model_service import FakeModelService, Loop
from pyarrow import ipc
from running_service import Running, run_service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

STEP = {"type": "integer", "min": 1, "missing": "error"}
AIR = {"frequency": "MS", "last": "1960-12-01", "updates": True}
PANEL = {**AIR, "keys": ["shop"]}


def schema(**regressors: Any) -> Schema:
    return Schema.of(
        {
            "inputs": {"step": STEP, **regressors},
            "outputs": {"prediction": "number"},
            "options": {"observed": {"type": "string"}, "level": {"type": "number", "list": True}},
        }
    )


async def last_plus_step(frame: Frame, options: dict[str, Any]) -> tuple[Frame, tuple[()]]:
    """Forecast the last value that was observed, and how many steps behind it."""
    rows = [line.split(",") for line in str(options.get("observed") or "").splitlines()]
    last = float(rows[-1][rows[0].index("value")]) if rows else 0.0
    steps = next(column for column in frame.columns if column.name == "step")
    names = [f"{side}_{level:g}" for level in options.get("level") or () for side in ("lower", "upper")]
    bounds = (Column(name, "number", last + (9.0 if name[0] == "u" else 0.0) + 0 * steps.values) for name in names)
    return Frame((Column("prediction", "number", last + steps.values / 1.0), *bounds), frame.rows), ()


@contextmanager
def served(
    loop: Loop, store: Path | str | None, series: dict[str, Any] = AIR, of: Schema | None = None, **settings: Any
) -> Iterator[Running]:
    of = of or schema(**{key: {"type": "category", "novel": "allow"} for key in series.get("keys", ())})
    model = FakeModelService(loop, of, name="air")
    model.serve(of, name="air", **{"anops.series": json.dumps(series)})
    model.behaviour = last_plus_step
    model.start()
    keeper = None if store is None else SeriesKeeper(open_store(str(store)))
    try:
        with run_service(loop, model.url, series=keeper, **settings) as running:
            running.wait_until_ready()
            yield running
    finally:
        model.stop()


@pytest.fixture
def http(loop: Loop, tmp_path: Path) -> Iterator[httpx.Client]:
    with served(loop, tmp_path / "series.db") as running:
        yield running.http


def observe(http: httpx.Client, *rows: tuple[str, float], path: str = "/observations") -> httpx.Response:
    return http.post(path, json={"data": [{"time": time, "value": value} for time, value in rows]})


def test_observations_are_taken_in_and_given_back(http: httpx.Client) -> None:
    answer = observe(http, ("1961-02-01", 412.5), ("1961-01-01", 400))
    assert answer.status_code == 200, answer.text
    assert answer.json()["observations"] == {"new": 2, "same": 0, "corrected": 0, "late": 0}
    again = observe(http, ("1961-02-01", 412.5))
    assert again.json()["observations"]["same"] == 1
    assert again.json()["state"] == answer.json()["state"]
    kept = http.get("/observations").json()
    assert kept["observations"] == [{"time": "1961-01-01", "value": 400.0}, {"time": "1961-02-01", "value": 412.5}]
    assert kept["state"] == answer.json()["state"]
    some = http.get("/models/air/observations", params={"from": "1961-02-01"}, headers={"accept": "text/csv"})
    assert some.text == "time,value\n1961-02-01,412.5\n"


def test_csv_and_arrow_say_the_same_as_json(http: httpx.Client) -> None:
    text = http.post("/observations", content="value,time\n1.5,1961-01-01\n", headers={"content-type": "text/csv"})
    assert text.json()["observations"]["new"] == 1
    table = pa.table(
        {"time": pa.array(["1961-01-01", "1961-02-01"]).cast(pa.timestamp("s")).cast(pa.date32()), "value": [1.5, 2]}
    )
    sink = io.BytesIO()
    with ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    kind = "application/vnd.apache.arrow.stream"
    arrow = http.post("/observations", content=sink.getvalue(), headers={"content-type": kind})
    assert arrow.json()["observations"] == {"new": 1, "same": 1, "corrected": 0, "late": 0}
    back = http.get("/observations", headers={"accept": kind})
    assert ipc.open_stream(back.content).read_all().column("value").to_pylist() == [1.5, 2.0]


def test_another_value_is_refused_with_both_and_taken_as_a_correction(http: httpx.Client) -> None:
    observe(http, ("1961-01-01", 400))
    refused = observe(http, ("1961-02-01", 410), ("1961-01-01", 401))
    assert refused.status_code == 409
    assert refused.json()["code"] == "OBSERVATION_DIFFERS"
    assert "row 2 is 401 for 1961-01-01, and 400 is kept" in refused.json()["detail"]
    assert len(http.get("/observations").json()["observations"]) == 1
    taken = observe(http, ("1961-02-01", 410), ("1961-01-01", 401), path="/observations?corrections=true")
    assert taken.json()["observations"] == {"new": 1, "same": 0, "corrected": 1, "late": 0}


@pytest.mark.parametrize(
    ("rows", "code", "told"),
    [
        ([("1960-12-01", 1.0)], "PERIOD", "row 1 is 1960-12-01"),
        ([("1961-01-01", 1.0), ("1961-02-15", 1.0)], "PERIOD", "row 2 is 1961-02-15"),
        ([("1961-01-01", 1.0), ("1961-01-01", 2.0)], "OBSERVATION_DIFFERS", "row 2 is 2 for 1961-01-01"),
        ([("soon", 1.0)], "COLUMN_TYPE", "`time` must be a date"),
        ([("1961-01-01", None)], "VALUE_MISSING", "`value`"),
        ([("1961-01-01", "Inf")], "COLUMN_RANGE", "`value`"),
    ],
)
def test_what_is_no_observation_is_named_with_its_row(
    http: httpx.Client, rows: list[tuple[str, Any]], code: str, told: str
) -> None:
    answer = observe(http, *rows)
    status = 409 if code == "OBSERVATION_DIFFERS" else 422
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert told in answer.json()["detail"]
    assert "observations of `air`" in answer.json()["detail"]
    assert http.get("/observations").json()["observations"] == []


def test_a_time_that_is_no_period_is_told_by_the_clock_of_the_series_with_those_beside_it(
    loop: Loop, tmp_path: Path
) -> None:
    hours = {"frequency": "6h", "last": "2026-03-28T18:00:00+01:00", "time_zone": "Europe/Zurich", "updates": True}
    with served(loop, tmp_path / "series.db", hours) as running:
        refused = observe(running.http, ("2026-03-29T12:00:00Z", 1.0), ("2026-03-28T17:00:00Z", 1.0)).json()
        assert [error["received"] for error in refused["errors"]] == [
            "2026-03-29T14:00:00+02:00",
            "2026-03-28T18:00:00+01:00",
        ]
        assert "row 1 is 2026-03-29T14:00:00+02:00" in refused["detail"]
        assert refused["remedy"] == (
            "Give each row the time of its period: 2026-03-29T13:00:00+02:00 or 2026-03-29T19:00:00+02:00 in place of "
            "2026-03-29T14:00:00+02:00. Where the series has another frequency now, fit the model on it. "
            "Leave out rows of times that the model was fitted on: it has seen them already."
        )


def test_the_last_time_of_all_has_no_period_behind_it(loop: Loop, tmp_path: Path) -> None:
    with served(loop, tmp_path / "series.db") as running:
        assert "9999-12-01 in place of 9999-12-15." in observe(running.http, ("9999-12-15", 1.0)).json()["remedy"]


def test_a_forecast_goes_on_from_what_was_observed_and_is_kept(loop: Loop, tmp_path: Path) -> None:
    with served(loop, tmp_path / "series.db") as running:
        http = running.http
        observe(http, ("1961-01-01", 400.0), ("1961-02-01", 410.0))
        answer = http.post("/forecast", json={"horizon": 2}).json()
        assert [(row["time"], row["prediction"]) for row in answer["predictions"]] == [
            ("1961-03-01", 411.0),
            ("1961-04-01", 412.0),
        ]
        observe(http, ("1961-02-01", 500.0), path="/observations?corrections=true")
        assert http.post("/forecast", json={"horizon": 1}).json()["predictions"][0]["prediction"] == 501.0
    store = open_store(str(tmp_path / "series.db"))
    kept = store.forecasts(SeriesIdentity("air", "MS"))
    store.close()
    assert [(forecast.step, forecast.prediction) for _, forecast in kept] == [(1, 411.0), (2, 412.0), (1, 501.0)]
    assert kept[0][0].request_id == answer["request_id"]


def test_a_restart_and_another_replica_know_what_was_observed(loop: Loop, tmp_path: Path) -> None:
    file = tmp_path / "series.db"
    with served(loop, file) as one, served(loop, file) as other:
        observe(one.http, ("1961-01-01", 400.0))
        assert other.http.post("/forecast", json={"horizon": 1}).json()["predictions"][0]["prediction"] == 401.0
    with served(loop, file) as again:
        assert again.http.post("/forecast", json={"horizon": 1}).json()["predictions"][0]["prediction"] == 401.0


def test_while_the_store_is_away_forecasts_go_on_and_say_so_and_observations_are_refused(
    loop: Loop, tmp_path: Path
) -> None:
    folder = tmp_path / "store"
    with served(loop, folder / "series.db") as running:
        http = running.http
        observe(http, ("1961-01-01", 400.0))
        assert http.post("/forecast", json={"horizon": 1}).json()["predictions"][0]["prediction"] == 401.0
        folder.rename(tmp_path / "elsewhere")
        folder.write_text("in the way")
        answer = http.post("/forecast", json={"horizon": 1})
        assert answer.json()["predictions"][0]["prediction"] == 401.0
        told = " ".join(warning["message"] for warning in answer.json()["warnings"])
        assert "The time-series store can't be reached" in told
        assert "with 1 observation until 1961-01-01" in told
        refused = observe(http, ("1961-02-01", 410.0))
        assert (refused.status_code, refused.json()["code"]) == (503, "SERIES_STORE")
        assert refused.headers["retry-after"]
        folder.unlink()
        (tmp_path / "elsewhere").rename(folder)
        running.wait_for("/observations", 200)
        assert observe(http, ("1961-02-01", 410.0)).json()["observations"]["new"] == 1


def test_each_series_of_a_panel_is_observed_by_its_key(loop: Loop, tmp_path: Path) -> None:
    with served(loop, tmp_path / "series.db", PANEL) as running:
        rows = [
            {"shop": "b", "time": "1961-01-01", "value": 2},
            {"shop": 7, "time": "1961-01-01", "value": 1},
            {"shop": "7", "time": "1961-02-01", "value": 3},
        ]
        assert running.http.post("/observations", json={"data": rows}).json()["observations"]["new"] == 3
        kept = running.http.get("/observations", params={"shop": "7"}).json()["observations"]
        assert [(row["shop"], row["value"]) for row in kept] == [("7", 1.0), ("7", 3.0)]
        missing = running.http.post("/observations", json={"data": [{"time": "1961-01-01", "value": 2}]})
        assert (missing.status_code, missing.json()["code"]) == (422, "COLUMN_MISSING")


def test_an_unknown_key_is_refused_where_the_model_knows_its_keys(loop: Loop, tmp_path: Path) -> None:
    known = schema(shop={"type": "category", "levels": ["a", "b"], "missing": "error"})
    with served(loop, tmp_path / "series.db", PANEL, known) as running:
        row = {"shop": "z", "time": "1961-01-01", "value": 2}
        answer = running.http.post("/observations", json={"data": [row]})
        assert (answer.status_code, answer.json()["code"]) == (422, "COLUMN_LEVEL")
        assert "once the model was fitted on it" in answer.json()["remedy"]
        for key, told in (("z", 422), ("a", 200)):
            assert running.http.get("/observations", params={"shop": key}).status_code == told
        assert running.http.get("/observations", params={"shop": "z"}).json()["remedy"] == "It has `a`, `b`."


def test_regressors_are_observed_with_the_value(loop: Loop, tmp_path: Path) -> None:
    of = schema(temp={"type": "number", "missing": "error"})
    with served(loop, tmp_path / "series.db", AIR, of) as running:
        rows = [{"time": "1961-01-01", "value": 2, "temp": 1.5}]
        assert running.http.post("/observations", json={"data": rows}).json()["observations"]["new"] == 1
        assert running.http.get("/observations").json()["observations"] == [
            {"time": "1961-01-01", "value": 2.0, "temp": 1.5}
        ]


def test_times_of_hours_are_read_and_written_in_their_zone(loop: Loop, tmp_path: Path) -> None:
    hourly = {"frequency": "h", "last": "2026-10-25T01:00:00+02:00", "time_zone": "Europe/Berlin", "updates": True}
    with served(loop, tmp_path / "series.db", hourly) as running:
        # the clocks go back: two different hours are called 02:00
        rows = [("2026-10-25T02:00:00+02:00", 1.0), ("2026-10-25T02:00:00+01:00", 2.0), ("2026-10-25T03:00:00", 3.0)]
        assert observe(running.http, *rows).json()["observations"]["new"] == 3
        kept = running.http.get("/observations").json()["observations"]
        assert [row["time"] for row in kept] == [rows[0][0], rows[1][0], "2026-10-25T03:00:00+01:00"]
        assert running.http.post("/forecast", json={"horizon": 1}).json()["predictions"][0]["prediction"] == 4.0


def test_a_model_of_another_frequency_is_told_of_what_is_kept(loop: Loop, tmp_path: Path) -> None:
    file = tmp_path / "series.db"
    with served(loop, file) as running:
        observe(running.http, ("1961-01-01", 400.0))
    with served(loop, file, {**AIR, "frequency": "QS", "last": "1960-10-01"}) as running:
        refused = observe(running.http, ("1961-01-01", 400.0))
        assert (refused.status_code, refused.json()["code"]) == (409, "SERIES_DIFFERS")
        assert "frequency MS, and the model has QS" in refused.json()["detail"]
        answer = running.http.post("/forecast", json={"horizon": 1}).json()
        assert any("frequency MS, and the model has QS" in warning["message"] for warning in answer["warnings"])


def test_without_a_store_or_a_series_it_is_said(loop: Loop, tmp_path: Path) -> None:
    with served(loop, None) as running:
        answer = observe(running.http, ("1961-01-01", 400.0))
        assert (answer.status_code, answer.json()["code"]) == (422, "NO_SERIES")
        assert "--series-store" in answer.json()["remedy"]
    with served(loop, tmp_path / "series.db", {"frequency": None, "last": None}) as running:
        answer = observe(running.http, ("1961-01-01", 400.0))
        assert "lacks `frequency` and `last`" in answer.json()["detail"]


def test_a_model_that_must_be_fitted_again_keeps_them_and_says_so(loop: Loop, tmp_path: Path) -> None:
    with served(loop, tmp_path / "series.db", {**AIR, "updates": False}) as running:
        answer = observe(running.http, ("1961-01-01", 400.0)).json()
        assert answer["observations"]["new"] == 1
        assert "go on from 1960-12-01" in answer["warnings"][0]["message"]


def test_observations_are_counted(loop: Loop, tmp_path: Path) -> None:
    with served(loop, tmp_path / "series.db", measurements=Measurements()) as running:
        observe(running.http, ("1961-01-01", 400.0))
        metrics = running.http.get("/metrics").text
        assert 'endpoint="observations"' in metrics
        assert "anops_observations_total{" in metrics


def test_a_model_that_crosses_no_gap_goes_on_from_before_it(loop: Loop, tmp_path: Path) -> None:
    with served(loop, tmp_path / "series.db", {**AIR, "gaps": False}) as running:
        http = running.http
        observe(http, ("1961-01-01", 400.0), ("1961-03-01", 430.0), ("1961-04-01", 440.0))
        answer = http.post("/forecast", json={"horizon": 1}).json()
        assert [(row["time"], row["prediction"]) for row in answer["predictions"]] == [("1961-02-01", 401.0)]
        told = " ".join(warning["message"] for warning in answer["warnings"])
        assert "There is no observation for 1961-02-01" in told
        observe(http, ("1961-02-01", 410.0))
        answer = http.post("/forecast", json={"horizon": 1}).json()
        assert [(row["time"], row["prediction"]) for row in answer["predictions"]] == [("1961-05-01", 441.0)]


def test_a_series_that_ends_early_takes_in_what_it_lacks(loop: Loop, tmp_path: Path) -> None:
    with served(loop, tmp_path / "series.db", {**PANEL, "behind": {"b": 2}}) as running:
        http = running.http

        def sent(time: str, shop: str) -> httpx.Response:
            return http.post("/observations", json={"data": [{"shop": shop, "time": time, "value": 5}]})

        assert sent("1960-11-01", "b").json()["observations"]["new"] == 1
        refused = sent("1960-10-01", "b")
        assert "must be later than 1960-10-01" in refused.json()["detail"]
        assert "must be later than 1960-12-01" in sent("1960-11-01", "a").json()["detail"]
        answer = http.post("/forecast", json={"horizon": 1, "keys": [{"shop": "b"}, {"shop": "a"}]}).json()
        assert [row["time"] for row in answer["predictions"]] == ["1961-01-01", "1961-01-01"]
        assert "goes on from 1960-11-01" in answer["warnings"][0]["message"]
        sent("1961-01-01", "b")
        answer = http.post("/forecast", json={"horizon": 1, "keys": [{"shop": "b"}]}).json()
        assert answer["predictions"][0]["time"] == "1961-02-01"
        assert "1 period since the fit has no observation" in answer["warnings"][1]["message"]


def test_intervals_that_did_not_hold_what_was_observed_are_told(loop: Loop, tmp_path: Path) -> None:
    store = tmp_path / "series.db"
    months = [f"{1961 + i // 12}-{i % 12 + 1:02}-01" for i in range(40)]
    with served(loop, store) as running:
        running.http.post("/forecast", json={"horizon": 40, "level": [80, 95]})  # from 0 to 9, all of them
    with served(loop, store) as running:  # what was forecast is written now
        within = [(month, 5.0 if i % 2 else 99.0) for i, month in enumerate(months)]
        observe(running.http, *within[:10])
        answer = running.http.post("/forecast", json={"horizon": 1, "level": []})
        assert not any("lay within" in warning["message"] for warning in answer.json()["warnings"])
        observe(running.http, *within[10:])
        answer = running.http.post("/forecast", json={"horizon": 1, "level": []})
    told = [warning["message"] for warning in answer.json()["warnings"] if "lay within" in warning["message"]]
    assert len(told) == 2
    assert "Of the last 40 values observed, 20 lay within the interval of 80 percent" in told[0]
    assert "it is too narrow" in told[1]


def test_the_documentation_shows_how_to_forecast_each_kind_of_series(loop: Loop, tmp_path: Path) -> None:
    known = schema(shop={"type": "category", "levels": ["a", "b"]}, price={"type": "number", "min": 1})
    with served(loop, tmp_path / "series.db", PANEL, known) as running:
        page = html.unescape(running.http.get("/docs").text)
        address = str(running.http.base_url).rstrip("/")
        assert "/predict" not in page
        assert f"ao series forecast --horizon 2 --regressors future.csv --url {address}" in page
        assert f'anops::forecast_remote("{address}", h = 2, regressors = regressors)' in page
        assert f'anops.Client("{address}").forecast(2, regressors=regressors)' in page
        body = page.split(f"curl {address}/forecast")[1].split("-d '")[1].split("'</pre>")[0]
        answer = running.http.post("/forecast", content=body)
        assert answer.status_code == 200, answer.text
        assert [row["time"] for row in answer.json()["predictions"]] == ["1961-01-01", "1961-02-01"]
    with served(loop, tmp_path / "others.db", PANEL | {"keys": ["shop", "town"]}) as running:
        page = html.unescape(running.http.get("/docs").text)
        assert "ao series forecast --horizon 12 --series shop=text,town=text --url" in page
        assert "h = 12, keys = keys)" in page
        assert '"keys": [' in page.split("/forecast")[1]
