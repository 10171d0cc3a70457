from __future__ import annotations

import gc
import json
import math
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Column, Frame
from anops_model_service_r.embedded import embedded_r

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from anops_model_service_r.runtime import RRuntime

    Load = Callable[..., RRuntime]

CARS = {"wt": "number", "cyl": {"type": "number", "values": [4, 6, 8]}}


def numbers(**columns: list[float]) -> Frame:
    made = tuple(Column(name, "number", np.array(values, dtype=float)) for name, values in columns.items())
    return Frame(made, len(made[0].values))


def answer(runtime: RRuntime, frame: Frame, **options: Any) -> dict[str, list[Any]]:
    result = runtime.predict(frame, options).frame
    return {
        column.name: [
            None if gone else value for value, gone in zip(column.values.tolist(), column.is_missing(), strict=True)
        ]
        for column in result.columns
    }


def test_r_is_embedded_in_api_mode() -> None:
    assert embedded_r().mode == "API"


def test_lm_predicts_what_r_predicts(load: Load) -> None:
    runtime = load("lm.rds", inputs=CARS)

    predictions = answer(runtime, numbers(wt=[2.62, 3.5], cyl=[6, 8]))["prediction"]

    assert predictions == pytest.approx([21.336504875, 16.700287932], abs=1e-8)


def test_interval_becomes_prediction_lower_upper(load: Load) -> None:
    runtime = load("lm.rds", inputs=CARS)

    answered = answer(runtime, numbers(wt=[2.62], cyl=[6]), interval="confidence", level=0.9)

    assert list(answered) == ["prediction", "lower", "upper"]


def test_missing_number_gives_a_missing_prediction_in_its_row(load: Load) -> None:
    runtime = load("lm.rds", inputs=CARS)

    predictions = answer(runtime, numbers(wt=[2.62, math.nan, 3], cyl=[6, 6, 4]))["prediction"]

    assert [value is None for value in predictions] == [False, True, False]


def test_saved_gam_answers_without_library_mgcv(load: Load) -> None:
    runtime = load("gam.rds", inputs={"wt": "number", "hp": "number"})

    assert answer(runtime, numbers(wt=[2.62], hp=[110]))["prediction"][0] == pytest.approx(23.14518, abs=1e-5)
    assert "mgcv" in runtime.versions()


def test_intercept_only_model_answers_each_row(load: Load) -> None:
    assert len(answer(load("intercept.rds"), Frame((), 3))["prediction"]) == 3


@pytest.mark.parametrize("model", ["lm.rds", "glm.rds", "gam.rds"])
def test_no_rows_give_no_predictions(load: Load, model: str) -> None:
    inputs = CARS if model == "lm.rds" else {"wt": "number", "hp": "number"}
    runtime = load(model, inputs=inputs)

    assert answer(runtime, numbers(**{name: [] for name in inputs})) == {"prediction": []}


def test_failure_in_the_project_code_names_its_line(load: Load) -> None:
    runtime = load("lm.rds", code="predict_model <- function(model, newdata, ...) {\n  stop('no luck')\n}")

    with pytest.raises(AnOpsError) as caught:
        runtime.predict(numbers(wt=[1]), {})

    problem = caught.value.problem
    assert problem.code == Code.MODEL_FAILED
    assert problem.message == "Model `cars` failed: no luck."
    assert problem.call == "predict_model(model, newdata) (model.R:2)"


def test_warnings_of_r_come_back_with_their_calls(load: Load) -> None:
    runtime = load(code="predict_model <- function(model, newdata, ...) {\n  log(newdata$x)\n}", inputs={"x": "number"})

    (warning,) = runtime.predict(numbers(x=[-1, -2]), {}).warnings

    assert warning.message == "NaNs produced"
    assert warning.call == "log(newdata$x) (model.R:2)"


def test_what_a_model_prints_goes_to_the_log(load: Load, capfd: pytest.CaptureFixture[str]) -> None:
    runtime = load(
        code="predict_model <- function(model, newdata, ...) {\n"
        "  cat('to cat\\n')\n  print('to print')\n  message('to message')\n  newdata$x\n}",
        inputs={"x": "number"},
    )

    runtime.predict(numbers(x=[1]), {})

    printed = capfd.readouterr()
    assert printed.out == ""
    assert {"to cat", '[1] "to print"'} <= set(printed.err.splitlines())
    assert "to message" not in printed.err  # the caller has it; it may hold values that were sent


def test_messages_of_a_model_reach_its_caller_each_once(load: Load) -> None:
    runtime = load(
        code="heed <- function(x) message('x is old')\n"
        "predict_model <- function(model, newdata, ...) {\n  heed(1)\n  heed(1)\n  newdata$x\n}",
        inputs={"x": "number"},
    )

    (warning,) = runtime.predict(numbers(x=[1]), {}).warnings

    assert warning.message == "x is old"
    assert warning.call == "heed(1) (model.R:1)"


def test_wrong_number_of_rows_is_refused_with_both(load: Load) -> None:
    runtime = load("lm.rds", code="predict_model <- function(model, newdata, ...) predict(model)")

    with pytest.raises(AnOpsError) as caught:
        runtime.predict(numbers(wt=[1, 2]), {})

    assert caught.value.problem.code == Code.MODEL_OUTPUT
    assert "was given 2 rows and returned 32 rows" in caught.value.problem.message
    assert caught.value.problem.remedy


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("library(notThere9)", "Can't use `model.R`, model.R:1: the R package `notThere9` is not installed."),
        ("x <- 1\nstop('not today')", "Can't use `model.R`, model.R:2: not today."),
    ],
)
def test_code_that_fails_while_loading_says_where(load: Load, code: str, expected: str) -> None:
    with pytest.raises(AnOpsError) as caught:
        load("lm.rds", code=code)

    assert caught.value.problem.code == Code.MODEL_LOAD
    assert caught.value.problem.message == expected


def test_code_with_a_fault_of_syntax_says_where(load: Load) -> None:
    with pytest.raises(AnOpsError) as caught:
        load("lm.rds", code="x <- 1\npredict_model <- function( {\n")

    assert caught.value.problem.code == Code.MODEL_LOAD
    message = "Can't use `model.R`, it is not R code: model.R:2:28: unexpected '{'."
    assert caught.value.problem.message == message


@pytest.mark.parametrize("file", ["one.RData", "two.RData"])
def test_the_only_model_of_a_workspace_predicts(load: Load, file: str) -> None:
    assert answer(load(file), numbers(wt=[3]))["prediction"] == pytest.approx([21.2517], abs=1e-4)


def test_options_reach_predict(load: Load) -> None:
    runtime = load("glm.rds")

    link = answer(runtime, numbers(wt=[3]), type="link")["prediction"][0]
    response = answer(runtime, numbers(wt=[3]), type="response")["prediction"][0]

    assert response == pytest.approx(1 / (1 + math.exp(-link)))


def test_unicode_names_reach_the_model(load: Load) -> None:
    runtime = load("unicode.rds")

    assert len(answer(runtime, numbers(**{"größe (cm)": [1, 2]}))["prediction"]) == 2


def test_quit_in_the_project_code_does_not_end_the_process(load: Load) -> None:
    runtime = load(code="predict_model <- function(model, newdata, ...) q(save = 'no')")

    with pytest.raises(AnOpsError, match="would end the service"):
        runtime.predict(Frame((), 1), {})


def test_endless_recursion_is_a_failure_and_r_lives_on(load: Load) -> None:
    runtime = load(
        code="predict_model <- function(model, newdata, ...) {\n"
        "  f <- function(n) f(n + 1)\n  if (newdata$x[1] > 0) f(1) else newdata$x\n}",
        inputs={"x": "number"},
    )

    with pytest.raises(AnOpsError) as caught:
        runtime.predict(numbers(x=[1]), {})

    assert caught.value.problem.code == Code.MODEL_FAILED
    assert answer(runtime, numbers(x=[-1])) == {"prediction": [-1]}


def test_model_of_a_package_that_is_not_installed_names_it(load: Load) -> None:
    default = "predict_model <- function(model, newdata, ...) predict(model, newdata = newdata, ...)"

    with pytest.raises(AnOpsError) as caught:
        load("booster.rds", code=default)

    assert caught.value.problem.code == Code.MODEL_LOAD
    assert "the R package `lightgbm` is not installed" in caught.value.problem.message
    assert "install.packages" in (caught.value.problem.remedy or "")


def test_load_model_that_reads_a_workspace_as_rds_says_so(load: Load) -> None:
    with pytest.raises(AnOpsError) as caught:
        load("one.RData", code="load_model <- function(path) readRDS(path)")

    assert "it was written by save(), not by saveRDS()" in caught.value.problem.message


def test_imports_of_description_are_loaded_before_the_model(load: Load, tmp_path: Path) -> None:
    (tmp_path / "DESCRIPTION").write_text("Package: cars\nImports: mgcv, notThere9\n", encoding="utf-8")

    with pytest.raises(AnOpsError) as caught:
        load("lm.rds")

    assert caught.value.problem.message == ("Can't load the model: DESCRIPTION names `notThere9`, not installed here.")


def test_unicode_names_survive_an_environment_without_utf8(models: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "anops_worker.describe", "--language=r", f"--artifact={models / 'unicode.rds'}"],
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        check=True,
    )

    assert list(json.loads(done.stdout)["description"]["schema"]["inputs"]) == ["größe (cm)"]


def test_predictions_take_no_reference_away(load: Load) -> None:
    """A worker would end after some thousand requests: None can be freed before Python 3.12."""
    runtime, rows = load("lm.rds", inputs=CARS), numbers(wt=[2.62, 3.5], cyl=[6, 8])
    answer(runtime, rows)
    gc.collect()  # what other tests left also holds references
    before = sys.getrefcount(None)
    for _ in range(300):
        answer(runtime, rows)
    gc.collect()
    assert abs(sys.getrefcount(None) - before) < 50
