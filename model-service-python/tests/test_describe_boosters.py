from __future__ import annotations

from typing import TYPE_CHECKING, Any

import joblib
import lightgbm
import numpy as np
import pandas as pd
import pytest
import xgboost
from anops_model_service.data_frames import to_pandas
from anops_model_service.description import Description, Source
from anops_model_service.python_describe import describe
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


def test_xgboost_takes_the_levels_of_its_categories_from_example_rows(tmp_path: Path) -> None:
    GRADED.to_csv(tmp_path / "example.csv", index=False)
    model = xgboost.XGBRegressor(n_estimators=3, enable_categorical=True).fit(GRADED, DIABETES.target)
    found = described(model, tmp_path, data=tmp_path / "example.csv")
    assert found.schema.inputs["grade"].levels == ("high", "low", "middle")
    assert any("`grade`" in note for note in found.notes)
