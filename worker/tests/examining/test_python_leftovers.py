from __future__ import annotations

import sys
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from anops_worker.examining.leftovers import try_without
from anops_worker.examining.python_leftovers import PythonInspection
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_project.examination.leftovers import Leftover

RANDOM = np.random.default_rng(3)
DATA = pd.DataFrame(RANDOM.normal(size=(100, 2)), columns=["a", "b"])
Y = DATA["a"] * 2 + DATA["b"]
NEW = pd.DataFrame({"a": [0.1, 0.2], "b": [0.3, 0.4]})


class Own:
    """A model of one's own that keeps what it was fitted on."""

    def __init__(self, **kept: Any) -> None:
        self.factor = 2.0
        self.kept = kept

    def predict(self, data: pd.DataFrame) -> Any:
        return data["a"] * self.factor + (self.kept["needed"]["a"].mean() if "needed" in self.kept else 0)


def held(model: Any) -> list[Leftover]:
    """Return what a model holds, tried as `ao check` does."""

    def predictions() -> Any:
        try:
            return np.asarray(model.predict(NEW), dtype=float)
        except Exception as error:  # noqa: BLE001
            return str(error)

    before = predictions()
    return try_without(PythonInspection(model), lambda: np.array_equal(before, predictions()))


def test_coefficients_are_no_data() -> None:
    assert held(LinearRegression().fit(DATA, Y)) == []


@pytest.mark.parametrize(
    ("model", "names"),
    [
        (KNeighborsRegressor(), {"_fit_X", "_y"}),
        (make_pipeline(StandardScaler(), SVR()), {"support_vectors_"}),
    ],
    ids=["neighbours", "support vectors"],
)
def test_rows_that_a_method_keeps_by_its_nature_are_found_and_not_touched(model: Any, names: set[str]) -> None:
    found = held(model.fit(DATA, Y))
    assert {leftover.name for leftover in found} == names
    assert {leftover.needed for leftover in found} == {None}


def test_out_of_bag_predictions_can_be_left_out() -> None:
    (found,) = held(RandomForestRegressor(60, oob_score=True, random_state=1).fit(DATA, Y))
    assert (found.name, found.needed, found.rows) == ("oob_prediction_", False, 100)
    assert found.strip == "model.oob_prediction_ = None"


@pytest.mark.filterwarnings("ignore")
def test_statsmodels_is_left_to_remove_its_own_data() -> None:
    (found,) = held(sm.OLS(Y, DATA).fit())
    assert (found.needed, found.strip) == (False, "model.summary(); model.remove_data()")
    assert found.what == "a data frame with 100 rows and 2 columns"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", [smf.ols, partial(smf.mixedlm, groups=np.arange(100) // 5)], ids=["ols", "mixedlm"])
def test_data_that_statsmodels_keeps_all_the_same_are_not_said_to_go(kind: Any) -> None:
    (found,) = held(kind("y ~ a + b", DATA.assign(y=Y)).fit())
    assert found.needed is None
    assert found.what == "a data frame with 100 rows and 3 columns"


def test_a_frame_in_a_model_of_ones_own_is_tried_and_told_from_one_that_it_needs() -> None:
    found = {leftover.name: leftover for leftover in held(Own(needed=DATA, kept=DATA.copy()))}
    assert found["needed"].needed is True
    assert found["kept"].needed is False
    assert found["kept"].strip == "model.kept['kept'] = None"
    assert found["kept"].what == "a data frame with 100 rows and 2 columns"


def test_what_is_needed_is_put_back() -> None:
    model = Own(needed=DATA)
    held(model)
    assert model.kept["needed"] is DATA


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Define functions as a notebook does, in `__main__`, where cloudpickle takes their variables along."""
    module = ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", module)

    def define(source: str) -> Any:
        vars(module).update(secret=DATA, unused=DATA.copy())
        exec(source, vars(module))  # noqa: S102  the test's own text
        return vars(module)["f"]

    return define


class Wrapped:
    def __init__(self, function: Any) -> None:
        self.function = function

    def predict(self, data: pd.DataFrame) -> Any:
        return self.function(data)


@pytest.mark.parametrize(
    "source",
    [
        "def f(data):\n    return data['a'] + (len(secret) if False else 0)",
        "def g():\n    kept = secret\n    return lambda x: x['a'] if kept is None else x['a']\nf = g()",
        "def h(data):\n    secret\n    return data['a']\ndef f(data):\n    return h(data)",
    ],
    ids=["global", "closure", "of a function that it calls"],
)
def test_variables_that_a_function_of_a_notebook_took_along_are_found(
    notebook: Callable[[str], Any], source: str
) -> None:
    (found,) = held(Wrapped(notebook(source)))
    assert found.kind == "environment"
    assert found.what == "a data frame with 100 rows and 2 columns"


def test_a_variable_is_told_by_its_function_and_name(notebook: Callable[[str], Any]) -> None:
    f = notebook("def g():\n    kept = secret\n    return lambda x: x['a'] if kept is None else x['a']\nf = g()")
    (found,) = held(Wrapped({"small, large": f}))
    assert (found.where, found.name) == ("model.function['small, large']", "kept")


def test_few_rows_are_levels_or_coefficients() -> None:
    assert held(Own(table=DATA.head(5))) == []
