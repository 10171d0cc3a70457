"""What is learned of columns that the fitted object has no names for, or names in a way of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pandas as pd
import pytest
from anops_project.description import Description, Source
from anops_worker.data_frames import to_pandas
from anops_worker.python_describe import describe
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_iris
from sklearn.feature_extraction import DictVectorizer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import CategoricalNB
from sklearn.neighbors import KNeighborsRegressor, RadiusNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder, SplineTransformer, StandardScaler

if TYPE_CHECKING:
    from pathlib import Path

IRIS = load_iris(as_frame=True)
FARMS = pd.DataFrame({"size": [2.0, 9.0, 4.0, 7.0, 5.0, 3.0], "kind": ["goat", "cow", "cow", "hen", "goat", "hen"]})
PRICES = np.array([1.0, 6.0, 3.0, 2.0, 4.0, 1.5])


def described(model: object, folder: Path, **source: Any) -> Description:
    joblib.dump(model, folder / "model.joblib")
    return describe(Source(artifact=folder / "model.joblib", **source))


def array_model() -> Any:
    columns = make_column_transformer((StandardScaler(), [0]), (OneHotEncoder(), [1]))
    return make_pipeline(columns, Ridge()).fit(FARMS.to_numpy(dtype=object), PRICES)


def test_encoders_tell_the_levels_of_columns_without_names(tmp_path: Path) -> None:
    found = described(array_model(), tmp_path)
    assert found.schema.inputs["x1"].type == "number"
    assert found.schema.inputs["x2"].levels == ("cow", "goat", "hen")
    assert found.rows is not None
    assert found.unsure == ("x1",)


def test_example_rows_name_such_columns_and_change_no_level(tmp_path: Path) -> None:
    FARMS.head(2).to_csv(tmp_path / "example.csv", index=False)
    found = described(array_model(), tmp_path, data=tmp_path / "example.csv")
    assert list(found.schema.inputs) == ["size", "kind"]
    assert found.schema.inputs["kind"].levels == ("cow", "goat", "hen")


def test_a_vectorizer_of_dicts_tells_the_columns_and_gets_dicts(tmp_path: Path) -> None:
    model = make_pipeline(DictVectorizer(), Ridge()).fit(FARMS.to_dict("records"), PRICES)
    found = described(model, tmp_path)
    assert found.schema.inputs["size"].type == "number"
    assert found.schema.inputs["kind"].levels == ("cow", "goat", "hen")
    assert found.rows is not None
    assert found.predictions is not None
    rows = to_pandas(found.rows, found.schema.inputs).to_dict("records")
    np.testing.assert_array_equal(found.predictions["prediction"].values, model.predict(rows))
    assert found.suiting_code is not None
    assert 'to_dict("records")' in found.suiting_code


def test_levels_are_found_in_the_fitted_copies_of_a_calibrated_pipeline(tmp_path: Path) -> None:
    data = pd.concat([FARMS] * 5, ignore_index=True)
    columns = make_column_transformer((StandardScaler(), ["size"]), (OneHotEncoder(), ["kind"]))
    model = CalibratedClassifierCV(make_pipeline(columns, LogisticRegression()), cv=2)
    found = described(model.fit(data, data.index % 2), tmp_path)
    assert found.schema.inputs["kind"].levels == ("cow", "goat", "hen")
    assert "type" in found.schema.options


def test_an_isotonic_regression_takes_one_column(tmp_path: Path) -> None:
    found = described(IsotonicRegression(out_of_bounds="clip").fit([1.0, 2, 3], [2.0, 3, 5]), tmp_path)
    assert found.schema.inputs["x1"].seen == (1.0, 3.0)


def test_rows_that_the_method_keeps_become_reference_rows(tmp_path: Path) -> None:
    model = KNeighborsRegressor(3).fit(IRIS.data.iloc[:, :3], IRIS.data.iloc[:, 3])
    found = described(model, tmp_path)
    kept = {tuple(row) for row in IRIS.data.iloc[:, :3].to_numpy()}
    assert found.rows is not None
    assert set(zip(*(column.values for column in found.rows.columns), strict=True)) <= kept
    assert any("holds the data" in note for note in found.notes)


@pytest.mark.parametrize(
    "transformer", [SplineTransformer(extrapolation="error"), KBinsDiscretizer(3)], ids=["splines", "bins"]
)
def test_knots_and_edges_are_the_range_that_was_seen(tmp_path: Path, transformer: Any) -> None:
    found = described(make_pipeline(transformer, Ridge()).fit(IRIS.data, IRIS.target), tmp_path)
    low, high = IRIS.data.min(), IRIS.data.max()
    assert {name: spec.seen for name, spec in found.schema.inputs.items()} == {
        name: (low[name], high[name]) for name in IRIS.data
    }
    assert found.rows is not None  # made up within the range: beyond it the splines refuse


def test_codes_that_count_from_zero_are_made_up_too(tmp_path: Path) -> None:
    codes = pd.DataFrame({"a": [0, 1, 0, 1], "b": [1, 0, 0, 1]})
    found = described(CategoricalNB().fit(codes, [True, False, True, False]), tmp_path)
    assert found.rows is not None
    assert found.schema.outputs["prediction"].type == "boolean"
    assert found.schema.options["type"].levels == ("class", "probability")


def test_the_type_of_the_answer_is_known_where_no_made_up_row_is_answered(tmp_path: Path) -> None:
    inner = RadiusNeighborsClassifier(radius=1e-9).fit(IRIS.data, IRIS.target > 0)
    found = described(make_pipeline(StandardScaler(), inner).fit(IRIS.data, IRIS.target > 0), tmp_path)
    assert found.rows is None
    assert found.schema.outputs["prediction"].type == "boolean"
