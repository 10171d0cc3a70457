"""What the Python runtime makes of the statistician's own code, however that behaves."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Column, Frame
from anops_project.project import Project
from anops_worker.python_runtime import PythonRuntime

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from anops_worker.runtime import Result

Predict = "Callable[[str], Result]"

ROWS = Frame((Column("x", "number", np.array([2.0, 9.0, 4.0])),), 3)


def runtime_of(folder: Path, code: str) -> PythonRuntime:
    (folder / "model.py").write_text(code, encoding="utf-8")
    (folder / "ao.toml").write_text(
        '[project]\nname = "own"\nlanguage = "python"\n[model]\ncode = "model.py"\n'
        '[model.inputs]\nx = "number"\n[model.outputs]\nprediction = "number"\n',
        encoding="utf-8",
    )
    runtime = PythonRuntime()
    runtime.load(Project.read(folder))
    return runtime


@pytest.fixture
def predict(tmp_path: Path) -> Predict:
    """Predict three rows with the body of a `predict_model`."""

    def _predict(body: str) -> Result:
        code = f"import sys\nimport pandas as pd\n\n\ndef predict_model(model, data, **options):\n    {body}\n"
        return runtime_of(tmp_path, code).predict(ROWS, {})

    return _predict


@pytest.mark.parametrize("call", ["sys.exit('no licence')", "sys.exit(2)", "sys.exit()"])
def test_code_that_ends_the_process_is_a_failure_at_its_line(predict: Callable[[str], Result], call: str) -> None:
    with pytest.raises(AnOpsError) as caught:
        predict(call)

    assert caught.value.problem.code == Code.MODEL_FAILED
    assert caught.value.problem.call == f"model.py:6: {call}"
    assert "SystemExit" in caught.value.problem.message


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("predict_model = 3", "is of type int, not a function"),
        ("def predict_model(model):\n    return 1", "takes `model` alone"),
        ("def predict_model():\n    return 1", "takes no arguments"),
        ("async def predict_model(model, data):\n    return 1", "is `async`"),
    ],
)
def test_code_that_can_not_be_given_model_and_rows_is_not_loaded(tmp_path: Path, code: str, says: str) -> None:
    with pytest.raises(AnOpsError) as caught:
        runtime_of(tmp_path, f"{code}\n")

    assert caught.value.problem.code == Code.MODEL_LOAD
    assert says in caught.value.problem.message
    assert caught.value.problem.remedy == "Write `def predict_model(model, data, **options):`."


def test_code_that_ends_the_process_as_it_is_imported_is_a_failure_at_its_line(tmp_path: Path) -> None:
    with pytest.raises(AnOpsError) as caught:
        runtime_of(tmp_path, "import sys\n\nsys.exit(1)\n")

    assert caught.value.problem.code == Code.MODEL_LOAD
    assert caught.value.problem.call == "model.py:3: sys.exit(1)"


def test_code_that_is_not_given_enough_is_a_failure_without_a_line_of_ours(tmp_path: Path) -> None:
    with pytest.raises(AnOpsError) as caught:
        runtime_of(tmp_path, "def predict_model(model, data, tables):\n    return data.x\n").predict(ROWS, {})

    assert "predict_model() missing 1 required positional argument: 'tables'" in caught.value.problem.message
    assert caught.value.problem.call is None


@pytest.mark.parametrize(
    "body",
    [
        "return data.sort_values('x').x * 2",
        "return (data.sort_values('x').x * 2).to_frame('prediction')",
        "return {'prediction': data.sort_values('x').x * 2}",
    ],
)
def test_rows_that_the_code_sorted_are_answered_in_the_order_they_came(
    predict: Callable[[str], Result], body: str
) -> None:
    assert predict(body).frame["prediction"].values.tolist() == [4.0, 18.0, 8.0]


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ("['a', float('nan'), 'b']", ["string", "a", None, "b"]),
        ("['a', pd.NA, None]", ["string", "a", None, None]),
        ("[1.5, pd.NA, 2]", ["number", 1.5, None, 2.0]),
        ("pd.array([1, None, 2], dtype='Int64')", ["integer", 1, None, 2]),
        ("np.ma.array([1.5, 2.5, 3.5], mask=[False, True, False])", ["number", 1.5, None, 3.5]),
        ("np.ma.array(['a', 'b', 'c'], mask=[False, True, False])", ["string", "a", None, "c"]),
    ],
)
def test_missing_predictions_stay_missing(predict: Callable[[str], Result], values: str, kept: list[object]) -> None:
    column = predict(f"import numpy as np; return {values}").frame["prediction"]
    told = [None if gap else value for value, gap in zip(column.values.tolist(), column.is_missing(), strict=True)]
    assert [column.type, *told] == kept


def test_numbers_beside_texts_stay_numbers(predict: Callable[[str], Result]) -> None:
    answer = predict("return [['low', 0.25], ['high', 0.5], ['low', float('nan')]]").frame
    assert [column.type for column in answer.columns] == ["string", "number"]


@pytest.mark.parametrize("index", ["[100, 102, 101]", "[0, 0, 0]", "['c', 'a', 'b']"])
def test_rows_with_labels_of_their_own_are_taken_as_they_stand(predict: Callable[[str], Result], index: str) -> None:
    answer = predict(f"return pd.Series(list(data.x), index={index})")
    assert answer.frame["prediction"].values.tolist() == [2.0, 9.0, 4.0]


def test_code_may_change_its_rows(predict: Callable[[str], Result]) -> None:
    # from pandas 3 on what to_numpy() gives may not be written to
    answer = predict("data['x'] *= 2; a = data.x.to_numpy(); a = a if a.flags.writeable else a + 0; a += 1; return a")
    assert answer.frame["prediction"].values.tolist() == [5.0, 19.0, 9.0]
    assert ROWS["x"].values.tolist() == [2.0, 9.0, 4.0]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return None", "not NoneType"),
        ("return 3.0", "not float"),
        ("return (x for x in data.x)", "not generator"),
        ("yield 1", "not generator"),
        ("return [[1], [1, 2], [3]]", "the same length"),
        ("return [10**400] * 3", "column `prediction`"),
        ("return pd.Series([2**64 - 1] * 3, dtype='uint64')", "column `prediction`"),
        ("return pd.concat([data.x, data.x], axis=1)", "column `x` twice"),
        ("return {'prediction': 1.0}", "not float"),
        ("return ['a', 1, 2.5]", "not str and int and float"),
    ],
)
def test_an_answer_that_is_no_column_is_refused_in_words(
    predict: Callable[[str], Result], body: str, said: str
) -> None:
    with pytest.raises(AnOpsError) as caught:
        predict(body)

    assert caught.value.problem.code == Code.MODEL_OUTPUT
    assert said in caught.value.problem.message


@pytest.mark.parametrize("raised", ["KeyboardInterrupt('stop')", "SystemExit(3)", "GeneratorExit()"])
def test_whatever_the_code_raises_is_its_failure(predict: Callable[[str], Result], raised: str) -> None:
    with pytest.raises(AnOpsError) as caught:
        predict(f"raise {raised}")

    assert caught.value.problem.code == Code.MODEL_FAILED
    assert raised.partition("(")[0] in caught.value.problem.message


def test_an_error_that_can_not_say_what_it_is_keeps_its_name_and_line(tmp_path: Path) -> None:
    code = """
class Mute(Exception):
    def __str__(self):
        raise ValueError

def predict_model(model, data):
    raise Mute
"""
    with pytest.raises(AnOpsError) as caught:
        runtime_of(tmp_path, code).predict(ROWS, {})

    assert caught.value.problem.code == Code.MODEL_FAILED
    assert "Mute: no message" in caught.value.problem.message
    assert "raise Mute" in (caught.value.problem.call or "")


def test_a_warning_comes_once_with_its_call(predict: Callable[[str], Result]) -> None:
    warned = predict(
        "import warnings; [warnings.warn('far from the data') for _ in range(3)]; return data['x']"
    ).warnings
    assert [warning.message for warning in warned] == ["far from the data"]
    assert warned[0].call is not None
    assert warned[0].call.startswith("model.py:6: import warnings")


def test_a_model_that_warns_of_each_row_in_other_words_is_cut_short(predict: Callable[[str], Result]) -> None:
    warned = predict("import warnings; [warnings.warn(f'row {i}') for i in range(1000)]; return data['x']").warnings
    assert len(warned) == 51
    assert warned[-1].message == "… and 950 more warnings."


def test_a_librarys_own_warning_goes_to_the_log_once(
    predict: Callable[[str], Result], capsys: pytest.CaptureFixture[str]
) -> None:
    body = "import warnings; [warnings.warn('old', FutureWarning) for _ in range(3)]; return data['x']"
    assert predict(body).warnings == ()
    said = capsys.readouterr().err
    assert said.count("FutureWarning at ") == 1
    assert "old" not in said  # a warning's text may hold values that were sent


UNFITTED = "from sklearn.linear_model import Ridge\n\n\ndef load_model(path):\n    return Ridge()\n"


def test_a_model_that_is_not_fitted_is_refused_at_load(tmp_path: Path) -> None:
    with pytest.raises(AnOpsError, match="the Ridge is not fitted") as caught:
        runtime_of(tmp_path, UNFITTED)
    assert caught.value.problem.code == Code.MODEL_LOAD


ASKED = """
import numpy as np
from sklearn.linear_model import BayesianRidge

def load_model(path):
    return BayesianRidge().fit(np.arange(10.0).reshape(-1, 1), [1, 2, 1, 4, 5, 7, 7, 8, 9, 11])
"""


def test_options_are_done_by_the_family_where_the_project_has_no_predict_model(tmp_path: Path) -> None:
    runtime = runtime_of(tmp_path, ASKED)
    asked = {"interval": "prediction", "level": 0.9, "se": True, "quantiles": [0.05]}
    answer = runtime.predict(ROWS, asked).frame
    assert answer.names() == ("prediction", "lower", "upper", "se", "q0.05")
    np.testing.assert_allclose(answer["q0.05"].values, answer["lower"].values)
    assert runtime.predict(ROWS, {"interval": "none", "level": 0.9, "se": False}).frame.names() == ("prediction",)


def test_code_that_was_changed_within_a_second_is_loaded_as_it_is_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    loading = "from pathlib import Path; from anops_worker.python_model import load_code; "
    loading += f"print(load_code(Path({str(tmp_path / 'model.py')!r})).VALUE)"
    found = []
    for value in "29":
        for name, code in (
            ("model", f"import helping\nVALUE = {value} + helping.VALUE\n"),
            ("helping", f"VALUE = {value}00\n"),
        ):
            (tmp_path / f"{name}.py").write_text(code, encoding="utf-8")
            os.utime(tmp_path / f"{name}.py", (1e9, 1e9))
        ended = subprocess.run([sys.executable, "-c", loading], capture_output=True, text=True, check=True)
        found.append(ended.stdout)
    assert found == ["202\n", "909\n"]
