from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from anops_model_interface.errors import AnOpsError, Code
from anops_model_interface.frames import Column, Frame
from anops_model_service_r.embedded import embedded_r

if TYPE_CHECKING:
    from collections.abc import Callable

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
