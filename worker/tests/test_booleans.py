"""A column of true and false is a boolean where the model tells, is marked where nothing tells, and keeps its dtype."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import joblib
import lightgbm
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
import xgboost
from anops_project.description import Description, Source
from anops_worker.python_describe import describe
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler, TargetEncoder
from sklearn.tree import DecisionTreeRegressor

if TYPE_CHECKING:
    from pathlib import Path

DATA = pd.DataFrame({"x": np.arange(20.0), "b": [True, False, False, True] * 5})
GAPS = DATA.assign(b=pd.Series([True, False, None, True] * 5, dtype=object))
NULLABLE = GAPS.assign(b=GAPS.b.astype("boolean"))
Y = DATA.x * 2 + np.array([3.0, 0, 0.5, 3]).repeat(5)


def described(model: object, folder: Path, data: pd.DataFrame | None = None) -> Description:
    joblib.dump(model, folder / "model.joblib")
    if data is None:
        return describe(Source(artifact=folder / "model.joblib"))
    data.to_csv(folder / "rows.csv", index=False)
    return describe(Source(artifact=folder / "model.joblib", data=folder / "rows.csv"))


def before(step: Any, model: Any, *, columns: Any = ("b",)) -> Any:
    chosen = list(columns) if isinstance(columns, tuple) else columns
    return make_pipeline(make_column_transformer((step, chosen), remainder="passthrough"), model)


TELLING = {
    "OneHotEncoder": (before(OneHotEncoder(), LinearRegression()), DATA),
    "OrdinalEncoder": (before(OrdinalEncoder(), DecisionTreeRegressor()), DATA),
    "OneHotEncoder of objects": (before(OneHotEncoder(), LinearRegression()), GAPS),
    "TargetEncoder": (before(TargetEncoder(target_type="continuous", cv=2), LinearRegression()), DATA),
    "boosted categories": (HistGradientBoostingRegressor(categorical_features=["b"]), DATA),
    "most frequent": (before(SimpleImputer(strategy="most_frequent"), HistGradientBoostingRegressor()), GAPS),
    "selector": (
        before("passthrough", LinearRegression(), columns=make_column_selector(dtype_include=bool)), DATA,
    ),
    "xgboost": (xgboost.XGBRegressor(n_estimators=3), DATA),
    "search of xgboost": (GridSearchCV(xgboost.XGBRegressor(n_estimators=3), {"max_depth": [2]}, cv=2), DATA),
}  # fmt: skip


@pytest.mark.parametrize("case", TELLING)
def test_a_column_is_a_boolean_where_the_model_tells(tmp_path: Path, case: str) -> None:
    model, data = TELLING[case]
    found = described(model.fit(data, Y), tmp_path)
    assert found.schema.inputs["b"].type == "boolean"
    assert not found.schema.inputs["b"].assumed
    assert found.predictions is not None


@pytest.mark.parametrize(
    "results",
    [
        smf.ols("y ~ x + b", DATA.assign(y=Y)).fit(),
        smf.ols("y ~ x + C(b)", GAPS.assign(y=Y)).fit(),
        sm.OLS(Y, DATA[["b"]].assign(c=~DATA.b)).fit(),
    ],
    ids=["formula", "factor with gaps", "arrays"],
)
def test_the_frame_of_a_fit_tells_booleans(tmp_path: Path, results: Any) -> None:
    found = described(results, tmp_path)
    assert found.schema.inputs["b"].type == "boolean"
    assert not any(spec.assumed for spec in found.schema.inputs.values())


UNTOLD = {
    "LinearRegression": LinearRegression(),
    "StandardScaler": make_pipeline(StandardScaler(), LinearRegression()),
    "RandomForestRegressor": RandomForestRegressor(n_estimators=3),
    "lightgbm": lightgbm.LGBMRegressor(n_estimators=3, verbose=-1, min_child_samples=2),
    "neighbours": KNeighborsRegressor(n_neighbors=2),
    "mean": make_pipeline(SimpleImputer(), LinearRegression()),
}


@pytest.mark.parametrize("case", UNTOLD)
def test_a_number_that_nothing_told_is_marked_until_example_rows_tell(tmp_path: Path, case: str) -> None:
    model = UNTOLD[case].fit(DATA, Y)
    found = described(model, tmp_path).schema.inputs["b"]
    assert (found.type, found.assumed) == ("number", True)
    assert described(model, tmp_path, DATA).schema.inputs["b"].type == "boolean"
    numbers = described(model, tmp_path, DATA.assign(b=DATA.b.astype(int))).schema.inputs["b"]
    assert (numbers.type, numbers.assumed) == ("number", False)


def test_kept_rows_that_are_no_booleans_tell_a_number(tmp_path: Path) -> None:
    found = described(KNeighborsRegressor(n_neighbors=2).fit(DATA, Y), tmp_path)
    assert not found.schema.inputs["x"].assumed


@pytest.mark.parametrize("fill", [{"strategy": "most_frequent"}, {"strategy": "constant", "fill_value": False}])
@pytest.mark.parametrize("data", [GAPS.fillna({"b": np.nan}), NULLABLE], ids=["object", "boolean"])
def test_an_imputer_of_booleans_gets_objects_as_in_its_fit(
    tmp_path: Path, data: pd.DataFrame, fill: dict[str, Any]
) -> None:
    model = before(make_pipeline(SimpleImputer(**fill), OneHotEncoder()), LinearRegression()).fit(data, Y)
    found = described(model, tmp_path, data)
    assert (found.schema.inputs["b"].type, found.schema.inputs["b"].missing) == ("boolean", "allow")
    assert found.rows is not None
    assert found.predictions is not None
    asked = pd.DataFrame({name: found.rows[name].values.astype(object) for name in data})
    asked.loc[found.rows["b"].is_missing(), "b"] = np.nan
    np.testing.assert_allclose(found.predictions["prediction"].values, model.predict(asked))


def test_a_formula_fitted_on_objects_gets_objects(tmp_path: Path) -> None:
    results = smf.ols("y ~ x + b", GAPS.assign(y=Y)).fit()
    found = described(results, tmp_path)
    assert (found.schema.inputs["b"].type, found.schema.inputs["b"].missing) == ("boolean", "allow")
    assert found.predictions is not None
