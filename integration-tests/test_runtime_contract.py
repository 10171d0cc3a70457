"""What every runtime promises, in Python and in R alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Column, Frame
from anops_project.project import Project
from anops_worker.request_handling import predict
from anops_worker.runtime import Runtime, runtime_for
from little_models import write_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from anops_worker.runtime import Result

Load = "Callable[..., Callable[..., Result]]"


@pytest.fixture
def load(tmp_path: Path, language: str) -> Load:
    """Load a little model; the result predicts with it."""

    def _load(kind: str, **contract: str) -> Callable[..., Result]:
        project = Project.read(write_project(tmp_path, language, kind, **contract))
        runtime: Runtime = runtime_for(project.project.language)
        runtime.load(project)

        def _predict(frame: Frame, **options: object) -> Result:
            return predict(frame, options, project, runtime)  # type: ignore[arg-type]

        return _predict

    return _load


def numbers(**columns: list[float]) -> Frame:
    made = tuple(Column(name, "number", np.array(values, dtype=float)) for name, values in columns.items())
    return Frame(made, len(made[0].values))


def texts(*values: str) -> np.ndarray:
    return np.array(values, dtype=object)


def test_predictions_come_in_the_order_of_the_rows(load: Load) -> None:
    result = load("sum")(numbers(a=[1, 2, 3.5], b=[10, 20, 30]))
    assert result.frame.names() == ("prediction",)
    assert result.frame["prediction"].values.tolist() == [11.0, 22.0, 33.5]
    assert result.warnings == ()


def test_every_type_reaches_the_model_and_comes_back(load: Load) -> None:
    inputs = """
        x = "number"
        n = "integer"
        yes = "boolean"
        s = "string"
        g = { type = "category", levels = ["b", "a", "ä c"] }
        day = "date"
        time = { type = "datetime", timezone = "Europe/Berlin" }
    """
    mask = np.array([False, True, False])
    frame = Frame(
        (
            Column("x", "number", np.array([1.5, np.nan, np.inf])),
            Column("n", "integer", np.array([1, 0, -7]), mask),
            Column("yes", "boolean", np.array([True, False, False]), mask),
            Column("s", "string", texts("", "", 'NA "quoted" 中'), mask),
            Column("g", "category", texts("ä c", "", "b"), mask),
            Column("day", "date", texts("2026-02-28", "", "1969-12-31"), mask),
            Column("time", "datetime", texts("2026-07-01T10:00:00Z", "", "1969-12-31T23:59:59Z"), mask),
        ),
        3,
    )
    answer = load("echo", inputs=inputs, outputs=inputs)(frame).frame
    assert answer.names() == frame.names()
    for sent, received in zip(frame.columns, answer.columns, strict=True):
        assert received.is_missing().tolist() == sent.is_missing().tolist(), sent.name
        present = ~sent.is_missing()
        assert received.values[present].tolist() == sent.values[present].tolist(), sent.name


def test_names_with_dots_spaces_and_unicode_stay(load: Load) -> None:
    names = 'a.b = "number"'.replace("a.b", '"Sepal.Length (cm)"') + '\n"größe 中" = "number"'
    frame = numbers(**{"Sepal.Length (cm)": [1.0], "größe 中": [2.0]})
    assert load("echo", inputs=names, outputs=names)(frame).frame.names() == frame.names()


def test_named_columns_keep_their_names(load: Load) -> None:
    answer = load("named", outputs='lower = "number"\n"Größe (cm)" = "number"')(numbers(a=[1], b=[2])).frame
    assert [(column.name, column.values.tolist()) for column in answer.columns] == [
        ("lower", [1.0]),
        ("Größe (cm)", [2.0]),
    ]


def test_a_factor_is_a_category(load: Load) -> None:
    contract = 'g = { type = "category", levels = ["low", "high"] }'
    outputs = 'prediction = { type = "category", levels = ["low", "high"] }'
    frame = Frame((Column("g", "category", texts("high", "low")),), 2)
    answer = load("level", inputs=contract, outputs=outputs)(frame).frame
    assert answer["prediction"].type == "category"
    assert answer["prediction"].values.tolist() == ["high", "low"]


def test_a_missing_prediction_stays_in_its_place(load: Load) -> None:
    answer = load("gaps")(numbers(a=[1, 2, np.nan], b=[0, 0, 0])).frame
    assert answer["prediction"].is_missing().tolist() == [True, False, True]


def test_options_reach_the_model(load: Load) -> None:
    predict_slow = load("slow", options='seconds = "number"')
    assert predict_slow(numbers(a=[1], b=[2]), seconds=0.0).frame["prediction"].values.tolist() == [3.0]


def test_no_rows_give_no_rows(load: Load) -> None:
    answer = load("sum")(numbers(a=[], b=[])).frame
    assert answer.rows == 0
    assert answer["prediction"].type == "number"


def test_a_model_without_inputs_gives_a_prediction_for_every_row(load: Load) -> None:
    answer = load("rows", inputs="")(Frame((), 3)).frame
    assert answer["prediction"].values.tolist() == [0.0, 1.0, 2.0]


def test_a_warning_comes_with_the_answer_once(load: Load) -> None:
    result = load("warns")(numbers(a=[1], b=[2]))
    assert result.frame["prediction"].values.tolist() == [3.0]
    assert [warning.message for warning in result.warnings] == ["far from the data"]
    assert result.warnings[0].call


def test_a_failure_in_the_models_own_code_keeps_message_and_place(load: Load, language: str) -> None:
    with pytest.raises(AnOpsError) as caught:
        load("fails")(numbers(a=[1], b=[2]))
    problem = caught.value.problem
    assert problem.code is Code.MODEL_FAILED
    assert "no such gear" in problem.message
    assert ("predict_model" if language == "r" else "model.py:2") in (problem.call or "")


def test_an_answer_with_other_rows_is_refused(load: Load) -> None:
    with pytest.raises(AnOpsError) as caught:
        load("short")(numbers(a=[1, 2], b=[3, 4]))
    assert caught.value.problem.code is Code.MODEL_OUTPUT
    assert "2 rows" in caught.value.problem.message


def test_what_a_model_prints_stays_out_of_the_answer(load: Load, capfd: pytest.CaptureFixture[str]) -> None:
    assert load("prints")(numbers(a=[1], b=[2])).frame["prediction"].values.tolist() == [3.0]
    out, err = capfd.readouterr()
    assert "hello from the model" in out + err


@pytest.mark.parametrize("content", [b"", b"not a model at all", b"\x80\x04broken", b"\x1f\x8bbroken"])
def test_a_file_that_is_no_model_is_refused_by_name(tmp_path: Path, language: str, content: bytes) -> None:
    name = "model.rds" if language == "r" else "model.joblib"
    (tmp_path / name).write_bytes(content)
    project = Project.build(tmp_path, {"project": {"name": "m", "language": language}, "model": {"artifact": name}})
    with pytest.raises(AnOpsError) as caught:
        runtime_for(project.project.language).load(project)
    assert caught.value.problem.code is Code.MODEL_LOAD
    assert name in caught.value.problem.message


def test_a_model_file_that_is_not_there_is_refused_by_name(tmp_path: Path, language: str) -> None:
    project = Project.build(
        tmp_path, {"project": {"name": "m", "language": language}, "model": {"artifact": "gone.rds"}}
    )
    with pytest.raises(AnOpsError, match=r"gone\.rds"):
        runtime_for(project.project.language).load(project)


def test_code_that_can_not_be_read_is_refused_by_line(tmp_path: Path, language: str) -> None:
    name = "model.R" if language == "r" else "model.py"
    (tmp_path / name).write_text("x <- (\n" if language == "r" else "def (:\n")
    project = Project.build(tmp_path, {"project": {"name": "m", "language": language}, "model": {"code": name}})
    with pytest.raises(AnOpsError) as caught:
        runtime_for(project.project.language).load(project)
    assert caught.value.problem.code is Code.MODEL_LOAD
    assert name in caught.value.problem.render()


def test_versions_name_the_language(load: Load, language: str, tmp_path: Path) -> None:
    load("sum")
    project = Project.read(tmp_path)
    runtime = runtime_for(project.project.language)
    runtime.load(project)
    assert runtime.versions()[language]


@pytest.mark.parametrize("infinity", [np.inf, -np.inf])
@pytest.mark.parametrize("values", [[1.0], [1.0, 2.0, 3.0]])
def test_an_infinity_that_the_model_cant_take_is_refused_with_its_row(
    load: Load, infinity: float, values: list[float]
) -> None:
    wrong = [*values[:-1], infinity]
    with pytest.raises(AnOpsError) as caught:
        load("finite")(numbers(a=wrong, b=[1.0] * len(values)))
    problem = caught.value.problem
    assert problem.code is Code.COLUMN_RANGE
    assert [(fault.column, fault.row) for fault in problem.faults] == [("a", len(values))]


def test_a_failure_that_no_infinity_caused_stays_the_models_own(load: Load) -> None:
    with pytest.raises(AnOpsError) as caught:
        load("finite")(numbers(a=[np.inf], b=[666.0]))
    assert caught.value.problem.code is Code.MODEL_FAILED


def test_an_infinity_that_the_model_can_take_reaches_it(load: Load) -> None:
    assert load("sum")(numbers(a=[np.inf], b=[1.0])).frame["prediction"].values.tolist() == [np.inf]
