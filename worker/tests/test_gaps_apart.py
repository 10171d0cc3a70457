from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from anops_model_interface.frames import Column, Frame
from anops_project.project import Project
from anops_worker.gaps_apart import answered_apart
from anops_worker.python_runtime import PythonRuntime

if TYPE_CHECKING:
    from pathlib import Path

CODES = ["2", "", "3", "", "2"]
GAPS = np.array([False, True, False, True, False])
ROWS = Frame(
    (
        Column("code", "integer", np.array([2, 0, 3, 0, 2]), GAPS),
        Column("flag", "boolean", np.array([True, True, False, False, False]), np.array([False] * 4 + [True])),
        Column("x", "number", np.array([0.5, 1.5, np.nan, 3.5, 4.5])),
    ),
    5,
)
TYPES = """
def predict_model(model, data):
    return data["code"].map(str) + " " + data["flag"].map(str) + " " + str(data.dtypes["flag"])
"""


def runtime_of(folder: Path, code: str, *, row_independent: bool) -> PythonRuntime:
    (folder / "model.py").write_text(code, encoding="utf-8")
    (folder / "ao.toml").write_text(
        '[project]\nname = "own"\nlanguage = "python"\n[model]\ncode = "model.py"\n'
        f"row_independent = {str(row_independent).lower()}\n"
        '[model.inputs]\ncode = "integer"\nflag = "boolean"\nx = "number"\n[model.outputs]\nprediction = "string"\n',
        encoding="utf-8",
    )
    runtime = PythonRuntime()
    runtime.load(Project.read(folder))
    return runtime


def test_a_missing_value_leaves_the_types_of_other_rows_alone(tmp_path: Path) -> None:
    runtime = runtime_of(tmp_path, TYPES, row_independent=True)
    answers = runtime.predict(ROWS, {}).frame["prediction"].values.tolist()
    assert answers == ["2 True bool", "nan True bool", "3 False bool", "nan False bool", "2 nan object"]
    for row, answer in enumerate(answers):
        assert runtime.predict(ROWS.at(np.array([row])), {}).frame["prediction"].values.tolist() == [answer]


def test_rows_that_depend_on_each_other_stay_together(tmp_path: Path) -> None:
    runtime = runtime_of(
        tmp_path, "def predict_model(model, data):\n    return [str(len(data))] * len(data)\n", row_independent=False
    )
    assert runtime.predict(ROWS, {}).frame["prediction"].values.tolist() == ["5"] * 5


@pytest.mark.parametrize("missing", [None, np.zeros(3, dtype=bool), np.ones(3, dtype=bool)])
def test_rows_of_one_kind_are_asked_for_at_once(missing: np.ndarray | None) -> None:
    asked: list[int] = []

    def ask(frame: Frame) -> Frame:
        asked.append(frame.rows)
        return frame

    frame = Frame((Column("n", "integer", np.arange(3), missing),), 3)
    assert answered_apart(frame, ask) == frame
    assert asked == [3]


def test_whole_and_broken_answers_are_one_column_of_numbers() -> None:
    def ask(frame: Frame) -> Frame:
        values = frame["code"].values
        kind = "number" if frame["code"].missing is not None else "integer"
        return Frame((Column("prediction", kind, values / 2 if kind == "number" else values),), frame.rows)  # type: ignore[arg-type]

    answer = answered_apart(ROWS, ask)["prediction"]
    assert answer.type == "number"
    assert pd.Series(answer.values).tolist() == [2.0, 0.0, 3.0, 0.0, 2.0]
