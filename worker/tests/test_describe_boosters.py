from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import joblib
import lightgbm
import numpy as np
import pandas as pd
import pytest
import xgboost
from anops_project.description import Description, Source
from anops_worker.data_frames import to_pandas
from anops_worker.python_describe import describe
from sklearn.datasets import load_diabetes

if TYPE_CHECKING:
    from pathlib import Path

DIABETES = load_diabetes(as_frame=True)
DATA = DIABETES.data[["age", "bmi", "bp"]]
GRADED = DATA.assign(grade=pd.cut(DATA.bmi, 3, labels=["low", "middle", "high"]).astype(str).astype("category"))


def described(model: object, folder: Path, **source: Any) -> Description:
    joblib.dump(model, folder / "model.joblib")
    return describe(Source(artifact=folder / "model.joblib", **source))


@pytest.mark.parametrize(
    ("model", "packages"),
    [
        (xgboost.XGBRegressor(n_estimators=3).fit(DATA, DIABETES.target), {"xgboost"}),
        (xgboost.train({}, xgboost.DMatrix(DATA, DIABETES.target), 3), {"xgboost"}),
        (lightgbm.LGBMRegressor(n_estimators=3, verbose=-1).fit(DATA, DIABETES.target), {"lightgbm"}),
        (lightgbm.train({"verbose": -1}, lightgbm.Dataset(DATA, DIABETES.target), 3), {"lightgbm"}),
    ],
    ids=["XGBRegressor", "xgboost.Booster", "LGBMRegressor", "lightgbm.Booster"],
)
def test_a_booster_names_its_columns_and_takes_missing_values(tmp_path: Path, model: Any, packages: set[str]) -> None:
    DATA.to_csv(tmp_path / "example.csv", index=False)
    found = described(model, tmp_path, data=tmp_path / "example.csv")
    assert list(found.schema.inputs) == ["age", "bmi", "bp"]
    assert {spec.missing for spec in found.schema.inputs.values()} == {"allow"}
    assert found.row_independent is True
    assert packages <= {name.removesuffix("-cpu") for name in found.packages}
    assert found.rows is not None
    assert found.predictions is not None
    rows = to_pandas(found.rows, found.schema.inputs)
    data = xgboost.DMatrix(rows) if isinstance(model, xgboost.Booster) else rows
    np.testing.assert_array_equal(found.predictions["prediction"].values, model.predict(data).astype(float))


def test_lightgbm_keeps_the_levels_of_its_categories(tmp_path: Path) -> None:
    model = lightgbm.LGBMRegressor(n_estimators=3, verbose=-1).fit(GRADED, DIABETES.target)
    found = described(model, tmp_path)
    assert found.schema.inputs["grade"].levels == ("high", "low", "middle")
    assert found.rows is not None
    assert set(found.rows["grade"].values) == {"high", "low", "middle"}


def test_xgboost_keeps_the_levels_of_its_categories(tmp_path: Path) -> None:
    model = xgboost.XGBRegressor(n_estimators=3, enable_categorical=True).fit(GRADED, DIABETES.target)
    found = described(model, tmp_path)
    assert found.schema.inputs["grade"].levels == ("high", "low", "middle")
    assert not any("`grade`" in note for note in found.notes)
    assert found.rows is not None


def test_an_xgboost_that_keeps_no_levels_takes_them_from_example_rows(tmp_path: Path) -> None:
    graded = GRADED.assign(grade=GRADED.grade.cat.rename_categories({"high": "höher"}))  # of which it cuts the end off
    graded.to_csv(tmp_path / "example.csv", index=False)
    model = xgboost.XGBRegressor(n_estimators=3, enable_categorical=True).fit(graded, DIABETES.target)
    found = described(model, tmp_path, data=tmp_path / "example.csv")
    assert found.schema.inputs["grade"].levels == ("höher", "low", "middle")
    assert any("`grade`" in note for note in found.notes)


CODED = DATA.assign(grade=pd.cut(DATA.bmi, 3, labels=[1, 2, 4]))
UNORDERED = CODED.assign(grade=CODED.grade.cat.as_unordered())


@pytest.mark.parametrize(
    "model",
    [
        lightgbm.LGBMRegressor(n_estimators=3, verbose=-1).fit(CODED, DIABETES.target),
        lightgbm.LGBMRegressor(n_estimators=3, verbose=-1).fit(UNORDERED, DIABETES.target),
        xgboost.XGBRegressor(n_estimators=3, enable_categorical=True).fit(CODED, DIABETES.target),
        xgboost.train({}, xgboost.DMatrix(CODED, DIABETES.target, enable_categorical=True), 3),
    ],
    ids=["LGBMRegressor", "LGBMRegressor, unordered", "XGBRegressor", "xgboost.Booster"],
)
def test_categories_that_are_numbers_reach_the_booster_as_categories(tmp_path: Path, model: Any) -> None:
    CODED.to_csv(tmp_path / "example.csv", index=False)
    found = described(model, tmp_path, data=tmp_path / "example.csv")
    assert found.schema.inputs["grade"].values == (1, 2, 4)
    assert found.rows is not None
    assert found.predictions is not None
    rows = to_pandas(found.rows, found.schema.inputs)
    rows["grade"] = pd.Categorical(rows.grade, categories=[1, 2, 4])
    assert "pd.Categorical" in (found.suiting_code or "")
    assert ("DMatrix" in (found.suiting_code or "")) == isinstance(model, xgboost.Booster)
    data = xgboost.DMatrix(rows, enable_categorical=True) if isinstance(model, xgboost.Booster) else rows
    np.testing.assert_array_equal(found.predictions["prediction"].values, model.predict(data).astype(float))


class CatBoost:
    """Behaves as catboost's models do where that matters here; the library itself weighs 100 MB."""

    classes_ = np.array([0, 1])
    n_features_in_ = 0  # so it is after pickling

    def __init__(self, names: list[str], categories: list[int]) -> None:
        self.feature_names_ = names
        self._categories = categories

    def get_cat_feature_indices(self) -> list[int]:
        return self._categories

    def get_params(self) -> dict[str, Any]:
        return {}

    def fit(self) -> None:
        """Make it an estimator by scikit-learn's conventions."""

    def predict(self, data: Any) -> Any:
        if isinstance(data, np.ndarray):
            return data[:, 0] * 2.0
        assert list(data) == self.feature_names_
        for place in self._categories:
            column = data.iloc[:, place]
            if column.isna().any() or column.dtype.kind == "f":
                raise ValueError("real number values and NaN values should be converted to string")
        return data[self.feature_names_[0]].to_numpy(dtype=float)


CatBoost.__module__ = "catboost.core"


class HashingCatBoost(CatBoost):
    """Knows some categories, each by its text, and answers all others with the same."""

    def __init__(self, known: dict[str, float]) -> None:
        super().__init__(["flag", "age"], [0])
        self._known = known

    def predict(self, data: Any) -> Any:
        texts = [str(int(flag)) if isinstance(flag, bool | np.bool_) else str(flag) for flag in data["flag"]]
        return np.array([self._known.get(text, 0.5) for text in texts])


HashingCatBoost.__module__ = "catboost.core"


@pytest.fixture
def catboost(monkeypatch: pytest.MonkeyPatch) -> None:
    library = ModuleType("catboost.core")
    library.CatBoost = CatBoost  # type: ignore[attr-defined]
    library.HashingCatBoost = HashingCatBoost  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "catboost", ModuleType("catboost"))
    monkeypatch.setitem(sys.modules, "catboost.core", library)


@pytest.mark.usefixtures("catboost")
def test_catboost_names_its_columns_and_which_are_categories(tmp_path: Path) -> None:
    found = described(CatBoost(["age", "work"], [1]), tmp_path)
    assert {name: spec.type for name, spec in found.schema.inputs.items()} == {"age": "number", "work": "category"}
    # so that a whole number is taken for its text, as catboost takes it
    assert found.schema.inputs["work"].levels is None
    assert found.rows is not None
    assert any("`work`" in note and "--data" in note for note in found.notes)
    assert not any("taken for numbers" in note and "`work`" in note for note in found.notes)


@pytest.mark.usefixtures("catboost")
def test_catboost_gets_categories_that_are_numbers_as_integers(tmp_path: Path) -> None:
    pd.DataFrame({"age": [1.5, 2.5], "kids": [0, 3]}).to_csv(tmp_path / "example.csv", index=False)
    found = described(CatBoost(["age", "kids"], [1]), tmp_path, data=tmp_path / "example.csv")
    assert found.schema.inputs["kids"].type == "integer"  # 2.5 is refused, and not taken for 2
    assert found.predictions is not None
    assert found.predictions["prediction"].values.tolist() == [1.5, 2.5]


@pytest.mark.usefixtures("catboost")
def test_catboost_that_was_fitted_on_an_array_gets_one(tmp_path: Path) -> None:
    found = described(CatBoost(["0", "1"], []), tmp_path)
    assert list(found.schema.inputs) == ["x1", "x2"]
    assert found.predictions is not None
    assert found.predictions["prediction"].values[:3].tolist() == [2.0, 4.0, 6.0]  # then one with a missing value


@pytest.mark.usefixtures("catboost")
@pytest.mark.parametrize(
    ("known", "alone", "with_rows"),
    [
        ({"1": 2.0, "0": 1.0}, "number", "boolean"),
        ({"True": 2.0, "False": 1.0}, "category", "category"),
        ({"1": 2.0, "0": 1.0, "3": 4.0}, "category", "boolean"),
    ],
    ids=["booleans", "texts", "counts"],
)
def test_catboost_tells_what_it_was_given_for_true(
    tmp_path: Path, known: dict[str, float], alone: str, with_rows: str
) -> None:
    model = HashingCatBoost(known)
    flag = described(model, tmp_path).schema.inputs["flag"]
    assert flag.type == alone
    # true is 1 in such a column, and 0.5 is not 0
    assert flag.type != "number" or (flag.assumed and flag.values == (0.0, 1.0))
    pd.DataFrame({"flag": [True, False], "age": [1.5, 2.5]}).to_csv(tmp_path / "example.csv", index=False)
    found = described(model, tmp_path, data=tmp_path / "example.csv")
    assert found.schema.inputs["flag"].type == with_rows
    assert found.predictions is not None
    assert set(found.predictions["prediction"].values) == {1.0, 2.0}


@pytest.mark.parametrize("booster", [False, True])
def test_lightgbm_takes_the_names_with_blanks_that_it_has_lost(tmp_path: Path, booster: bool) -> None:
    data = pd.DataFrame({"big city": np.arange(40.0), "a_b": np.arange(40.0)[::-1] % 7})
    estimator = lightgbm.LGBMRegressor(n_estimators=3, verbose=-1, min_child_samples=2).fit(data, data["big city"] * 2)
    model = estimator.booster_ if booster else estimator
    data.to_csv(tmp_path / "example.csv", index=False)
    found = described(model, tmp_path, data=tmp_path / "example.csv")
    assert list(found.schema.inputs) == ["big city", "a_b"]
    assert found.rows is not None
    assert found.predictions is not None
    np.testing.assert_allclose(
        found.predictions["prediction"].values, model.predict(to_pandas(found.rows, found.schema.inputs))
    )
    untold = described(model, tmp_path)
    assert list(untold.schema.inputs) == ["big_city", "a_b"]
    assert any("where `big_city`, `a_b` had blanks in the fit" in note for note in untold.notes)
