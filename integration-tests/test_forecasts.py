"""Forecasts over HTTP are those of R's forecast() and of statsmodels, with the times of the series' calendar."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from typing import TYPE_CHECKING, Any

import anops
import httpx
import pandas as pd
import pytest
from anops_control.r_client import write_package
from stack import running, serving, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stack import Stack

FIT_R = """
suppressMessages(library(forecast))
set.seed(1)
x <- cbind(promo = rnorm(132), temp = rnorm(132))
y <- window(AirPassengers, end = c(1959, 12))
model <- Arima(y, c(1, 0, 0), c(0, 1, 1), xreg = x, include.drift = TRUE, lambda = 0)
saveRDS(model, "model.rds")
future <- cbind(promo = c(1, 2, 3), temp = c(0, -1, 0.5))
told <- function(f) list(
  prediction = as.numeric(f$mean), lower_80 = as.numeric(f$lower[, "80%"]), upper_95 = as.numeric(f$upper[, "95%"])
)
seen <- cbind(promo = c(0.5, 0.1), temp = c(0.2, 0.3))
whole <- ts(c(y, 420, 400), start = 1949, frequency = 12)
moved <- Arima(whole, model = model, xreg = rbind(x, seen))
cat(jsonlite::toJSON(list(
  value = jsonlite::unbox("value"), fitted = told(forecast(model, xreg = future)),
  moved = told(forecast(moved, xreg = future))
), digits = NA))
"""
FIT_PYTHON = """
import json
import joblib, numpy as np, pandas as pd
from statsmodels.tsa.statespace.sarimax import SARIMAX
random = np.random.default_rng(1)
index = pd.date_range("1949-01-01", periods=132, freq="MS")
x = pd.DataFrame({"promo": random.normal(size=132), "temp": random.normal(size=132)}, index=index)
y = pd.Series(100 + 2 * np.arange(132) + x["promo"] + random.normal(size=132), index=index, name="passengers")
model = SARIMAX(y, exog=x, order=(1, 0, 0), trend="ct").fit(disp=0)
joblib.dump(model, "model.joblib")
future = [[1.0, 0.0], [2.0, -1.0], [3.0, 0.5]]
def told(fit):
    found = fit.get_forecast(3, exog=future)
    return {
        "prediction": list(found.predicted_mean),
        "lower_80": list(found.conf_int(alpha=0.2).iloc[:, 0]),
        "upper_95": list(found.conf_int(alpha=0.05).iloc[:, 1]),
    }
later = pd.date_range("1960-01-01", periods=2, freq="MS")
seen = pd.DataFrame({"promo": [0.5, 0.1], "temp": [0.2, 0.3]}, index=later)
more = model.append(pd.Series([420.0, 400.0], index=later, name="passengers"), exog=seen, refit=False)
print(json.dumps({"value": "passengers", "fitted": told(model), "moved": told(more)}))
"""
OBSERVED = "promo,step,temp,value\n0.1,2,0.3,400\n0.5,1,0.2,420\n"
FUTURE = [
    {"time": "1960-03-01", "temp": 0.5, "promo": 3},
    {"time": "1960-01-01", "temp": 0, "promo": 1},
    {"time": "1960-02-01", "temp": -1, "promo": 2},
]


@pytest.fixture(scope="module", params=["r", "python"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, Any]]:
    """A served model with two regressors, and the forecasts of its own library."""
    folder = tmp_path_factory.mktemp("series")
    command = ["Rscript", "--vanilla", "-e", FIT_R] if request.param == "r" else [sys.executable, "-c", FIT_PYTHON]
    model = "model.rds" if request.param == "r" else "model.joblib"
    expected = json.loads(run(command, folder).splitlines()[-1])
    run([sys.executable, "-m", "ao", "init", "project", "--model", model], folder)
    store = ("--series-store", str(folder / "series.db"))
    with serving(folder / "project", "--workers", "1", api_arguments=store) as stack:
        yield stack, expected


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The R client, in a library of its own."""
    folder = tmp_path_factory.mktemp("library")
    file = write_package(tmp_path_factory.mktemp("sent"))
    code = f'install.packages("{file}", lib = "{folder}", repos = NULL, type = "source")'
    run(["Rscript", "--vanilla", "-e", code], folder)
    return folder


def run(command: list[str], folder: Path) -> str:
    """Run a program, which must do well."""
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_forecasts_are_those_of_the_library_with_times_of_the_calendar(served: tuple[Stack, Any]) -> None:
    stack, expected = served
    given = [{**row, "tmep": 1} for row in FUTURE]
    answer = stack.client.post("/forecast", json={"horizon": 3, "level": [95, 80], "regressors": given})
    assert answer.status_code == 200, answer.text
    rows = answer.json()["predictions"]
    assert [row["time"] for row in rows] == ["1960-01-01", "1960-02-01", "1960-03-01"]
    assert [row["step"] for row in rows] == [1, 2, 3]
    for name, values in expected["fitted"].items():
        assert [row[name] for row in rows] == pytest.approx(values, rel=1e-10)
    told = [warning["message"] for warning in answer.json()["warnings"]]
    assert any("goes on from 1959-12-01" in message for message in told)
    assert "Regressor `tmep` was ignored: the model does not use it." in told


def test_clients_ask_for_the_same(served: tuple[Stack, Any], library: Path) -> None:
    stack, expected = served
    url = str(stack.client.base_url)
    future = pd.DataFrame(FUTURE).set_index("time")
    future.index = pd.to_datetime(future.index)
    with anops.Client(url) as client, warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        found = client.forecast(3, level=[95, 80], regressors=future)
    said = " ".join(str(each.message) for each in told)
    assert "goes on from 1959-12-01" in said
    assert "`promo`" in said  # 3 is more than it was fitted on
    assert list(found["time"]) == list(pd.date_range("1960-01-01", periods=3, freq="MS"))
    code = f"""
    library(anops, lib.loc = "{library}")
    future <- data.frame(
      time = as.Date(c("1960-03-01", "1960-01-01", "1960-02-01")), temp = c(0.5, 0, -1), promo = c(3, 1, 2)
    )
    end <- as.Date("1960-03-01")
    told <- suppressWarnings(forecast_remote("{url}", end = end, level = c(95, 80), regressors = future))
    stopifnot(inherits(told$time, "Date"))
    refused <- tryCatch(forecast_remote("{url}", h = 3), anops_error = function(e) e$code)
    cat(jsonlite::toJSON(list(told = as.list(told), refused = refused), digits = NA))
    """
    in_r = json.loads(run(["Rscript", "--vanilla", "-e", code], library))
    for name, values in expected["fitted"].items():
        assert list(found[name]) == pytest.approx(values, rel=1e-10)
        assert in_r["told"][name] == pytest.approx(values, rel=1e-10)
    assert in_r["told"]["time"] == ["1960-01-01", "1960-02-01", "1960-03-01"]
    assert in_r["refused"] != []


def test_an_end_and_columns_say_the_same(served: tuple[Stack, Any]) -> None:
    stack, expected = served
    columns = {name: [row[name] for row in FUTURE] for name in ("promo", "temp", "time")}
    asked = {"end": "1960-03", "level": 80, "regressors": columns}
    answer = stack.client.post("/forecast", json=asked, headers={"accept": "text/csv"})
    lines = answer.text.splitlines()
    assert lines[0] == "time,step,prediction,lower_80,upper_80"
    assert [float(line.split(",")[2]) for line in lines[1:]] == pytest.approx(expected["fitted"]["prediction"])


def test_observations_move_the_model_on_along_its_whole_series(served: tuple[Stack, Any]) -> None:
    stack, expected = served
    rows = [
        {"step": step, "promo": row["promo"], "temp": row["temp"]}
        for step, row in enumerate(sorted(FUTURE, key=lambda row: str(row["time"])), 1)
    ]
    asked = {"data": rows, "options": {"level": [80, 95], "observed": OBSERVED}}
    answer = stack.client.post("/predict", json=asked)
    assert answer.status_code == 200, answer.text
    for name, values in expected["moved"].items():
        assert [row[name] for row in answer.json()["predictions"]] == pytest.approx(values, rel=1e-10)


def test_what_was_observed_is_where_forecasts_go_on_from(served: tuple[Stack, Any], tmp_path: Path) -> None:
    stack, expected = served
    value = expected["value"]
    seen = [
        {"time": "1960-02-01", value: 400, "promo": 0.1, "temp": 0.3},
        {"time": "1960-01-01", value: 420, "promo": 0.5, "temp": 0.2},
    ]
    later = {"1960-01-01": "1960-03-01", "1960-02-01": "1960-04-01", "1960-03-01": "1960-05-01"}
    future = [{**row, "time": later[str(row["time"])]} for row in FUTURE]
    store = ("--series-store", str(tmp_path / "series.db"))
    with (
        running("anops_api_service", "--port", "0", "--model-url", f"127.0.0.1:{stack.model.port}", *store) as api,
        httpx.Client(base_url=f"http://127.0.0.1:{api.port}", timeout=60) as client,
    ):
        wait_until(lambda: client.get("/health/ready").status_code == 200)
        taken = client.post("/observations", json={"data": seen})
        assert taken.status_code == 200, taken.text
        answer = client.post("/forecast", json={"horizon": 3, "regressors": future})
    assert answer.status_code == 200, answer.text
    rows = answer.json()["predictions"]
    assert [row["time"] for row in rows] == ["1960-03-01", "1960-04-01", "1960-05-01"]
    for name, values in expected["moved"].items():
        assert [row[name] for row in rows] == pytest.approx(values, rel=1e-10)


def test_paths_are_drawn_again_with_their_seed(served: tuple[Stack, Any]) -> None:
    stack, _ = served

    def paths(seed: int) -> list[float]:
        asked = {"horizon": 3, "level": [], "regressors": FUTURE, "simulate": 2, "seed": seed}
        answer = stack.client.post("/forecast", json=asked)
        assert answer.status_code == 200, answer.text
        return [row[name] for row in answer.json()["predictions"] for name in ("path_1", "path_2")]

    assert paths(7) == paths(7)
    assert paths(7) != paths(8)
    assert len(set(paths(7))) == 6


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ({"horizon": -1}, "HORIZON", "`horizon` must be 0 or more, not -1"),
        ({"horizon": 1_000_000}, "HORIZON", "at most 10000 periods, not 1000000"),
        ({}, "HORIZON", "and has neither"),
        ({"horizon": 3, "end": "1961-01-01"}, "HORIZON", "not both"),
        ({"end": "1959-12-31"}, "HORIZON", "the last observation is that of 1959-12-01"),
        ({"horizon": 2.5}, "BODY_SHAPE", "`horizon` must be a whole number, not 2.5"),
        ({"horizon": 2, "levels": [80]}, "BODY_SHAPE", "unknown field `levels`"),
        ({"horizon": 3, "level": [100], "regressors": FUTURE}, "OPTION_VALUE", "Can't forecast with model `project`: "),
        ({"horizon": 3, "level": [0.8], "regressors": FUTURE}, "OPTION_VALUE", "`level`"),
        (
            {"horizon": 4, "regressors": FUTURE[:2]},
            "VALUE_MISSING",
            "regressor `promo` is missing for 1960-02-01, 1960-04-01",
        ),
        ({"horizon": 1, "regressors": [*FUTURE, FUTURE[1]]}, "PERIOD", "row 4 repeats 1960-01-01"),
        ({"horizon": 1, "regressors": [{"time": "1960-01-02"}]}, "PERIOD", "row 1 of `regressors`: 1960-01-02 is no"),
        ({"horizon": 1, "regressors": [{"promo": 1}]}, "COLUMN_MISSING", "`regressors` must have `time`"),
        ({"horizon": 1, "keys": [{"shop": "a"}]}, "COLUMN_VALUE", "a single series"),
    ],
)
def test_what_can_not_be_forecast_is_told(
    served: tuple[Stack, Any], body: dict[str, Any], code: str, said: str
) -> None:
    stack, _ = served
    answer = stack.client.post("/forecast", json=body)
    assert answer.status_code == 422
    assert answer.json()["code"] == code
    assert said in answer.json()["detail"]


def test_openapi_has_a_forecast_that_works(served: tuple[Stack, Any]) -> None:
    stack, _ = served
    operation = stack.client.get("/openapi.json").json()["paths"]["/forecast"]["post"]
    asked = operation["requestBody"]["content"]["application/json"]
    assert asked["schema"]["properties"]["level"]["default"] == [80, 95]
    answer = stack.client.post("/forecast", json=asked["example"])
    assert answer.status_code == 200, answer.text
    assert [row["time"] for row in answer.json()["predictions"]] == ["1960-01-01", "1960-02-01"]


def test_no_steps_are_answered_with_no_rows(served: tuple[Stack, Any]) -> None:
    stack, _ = served
    answer = stack.client.post("/forecast", json={"horizon": 0})
    assert answer.status_code == 200, answer.text
    assert answer.json()["predictions"] == []


def value_of(stack: Stack) -> str:
    """Return what the model calls its values."""
    return str(stack.client.get("/model").json()["series"]["value"])


def test_a_backtest_judges_models_of_both_languages_beside_naive_forecasts(
    served: tuple[Stack, Any], tmp_path: Path
) -> None:
    stack, expected = served
    start = 1949 * 12
    months = [f"{(start + i) // 12}-{(start + i) % 12 + 1:02}-01" for i in range(136)]
    lines = [f"{month},{300 + i % 12 * 10 + i},0,0" for i, month in enumerate(months[:132])]
    later = ("420,0.5,0.2", "400,0.1,0.3", "410,1,0", "430,2,-1")
    lines += [f"{month},{cells}" for month, cells in zip(months[132:], later, strict=True)]
    (tmp_path / "history.csv").write_text(
        "\n".join([f"time,{value_of(stack)},promo,temp", *lines, ""]), encoding="utf-8"
    )
    command = [sys.executable, "-m", "ao", "series", "backtest", "history.csv", "--horizon", "2", "--every", "2"]
    made = json.loads(run([*command, "--url", f"http://127.0.0.1:{stack.api.port}", "--json"], tmp_path))
    scores = {(row["method"], row["horizon"]): row for row in made["scores"]}
    assert {method for method, _ in scores} == {"model", "naive", "seasonal naive"}
    assert scores["model", 1]["n"] == 2
    # the second origin is the state whose forecasts the library itself has made; the first is the end of the fit
    asked = {"data": [{"step": 1, "promo": 0.5, "temp": 0.2}]}
    first = stack.client.post("/predict", json=asked).json()["predictions"][0]["prediction"]
    errors = [420 - first, 410 - expected["moved"]["prediction"][0]]
    assert scores["model", 1]["mae"] == pytest.approx(sum(map(abs, errors)) / 2)
    assert scores["model", None]["coverage_80"] is not None


def test_what_is_observed_over_rest_moves_every_later_forecast(served: tuple[Stack, Any], tmp_path: Path) -> None:
    """The last one here: what it observes stays."""
    stack, expected = served
    url = f"http://127.0.0.1:{stack.api.port}"
    (tmp_path / "new.csv").write_text(
        f"time;{value_of(stack)};promo;temp\n1960-02-01;400;0,1;0,3\n1960-01-01;420;0,5;0,2\n", encoding="utf-8"
    )
    told = run([sys.executable, "-m", "ao", "series", "observe", "new.csv", "--url", url, "--json"], tmp_path)
    assert json.loads(told)["observations"] == {"new": 2, "same": 0, "corrected": 0, "late": 0}
    kept = [sys.executable, "-m", "ao", "data", "add", "--name", "observed", "--observed", "--url", url, "--json"]
    dataset = json.loads(run(kept, tmp_path))["dataset"]
    assert (dataset["rows"], dataset["time"]) == (2, "time")
    by_time = sorted(FUTURE, key=lambda row: str(row["time"]))
    months = ("1960-03-01", "1960-04-01", "1960-05-01")
    lines = [f"{month},{row['promo']},{row['temp']}" for month, row in zip(months, by_time, strict=True)]
    (tmp_path / "future.csv").write_text("\n".join(["time,promo,temp", *lines, ""]), encoding="utf-8")
    asked = ["forecast", "--horizon", "3", "--regressors", "future.csv", "--url", url, "--json"]
    rows = json.loads(run([sys.executable, "-m", "ao", "series", *asked], tmp_path))["predictions"]
    assert [row["time"] for row in rows] == [*months]
    for name, values in expected["moved"].items():
        assert [row[name] for row in rows] == pytest.approx(values, rel=1e-10)
    drawn = ["plot", "--horizon", "3", "--regressors", "future.csv", "--url", url, "--to", "fan.svg", "--json"]
    fan = json.loads(run([sys.executable, "-m", "ao", "series", *drawn], tmp_path))
    assert [each["value"] for each in fan["observed"]] == [420, 400]
    assert [each["prediction"] for each in fan["forecast"]] == pytest.approx(expected["moved"]["prediction"], rel=1e-10)
    assert "<svg" in (tmp_path / "fan.svg").read_text(encoding="utf-8")
