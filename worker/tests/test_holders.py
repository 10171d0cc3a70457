"""A model that was saved with its preprocessing, or with other models, is found in what was saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pytest
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.description import Description, Source
from anops_worker.python_describe import describe
from sklearn.datasets import load_iris
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.preprocessing import StandardScaler

if TYPE_CHECKING:
    from pathlib import Path

DATA, TARGET = load_iris(return_X_y=True, as_frame=True)
SCALER = StandardScaler().fit(DATA)
MODEL = Ridge().fit(SCALER.transform(DATA), TARGET)
OTHER = LinearRegression().fit(DATA, TARGET)


def described(held: Any, folder: Path, **source: Any) -> Description:
    joblib.dump(held, folder / "model.joblib")
    return describe(Source(artifact=folder / "model.joblib", **source))


@pytest.mark.parametrize(
    "held",
    [
        {"scaler": SCALER, "model": MODEL, "trained": "2026-01-01"},
        {"model": MODEL, "scaler": SCALER},
        (SCALER, MODEL),
        [SCALER, MODEL],
        {"trained": "2026-01-01", "fits": {"first": [SCALER, MODEL], "note": 1}},
    ],
    ids=["dict", "turned round", "tuple", "list", "a list in a dict in a dict"],
)
def test_preprocessing_and_model_are_a_pipeline(tmp_path: Path, held: Any) -> None:
    found = described(held, tmp_path)
    assert list(found.schema.inputs) == list(DATA.columns)
    assert found.rows is not None
    assert found.predictions is not None
    rows = np.column_stack([column.values for column in found.rows.columns])
    expected = MODEL.predict((rows - SCALER.mean_) / SCALER.scale_)
    np.testing.assert_allclose(found.predictions["prediction"].values, expected, rtol=1e-12)
    code = f"def load_model(path):\n    {(found.reader or '').replace(chr(10), chr(10) + '    ')}\n"
    names: dict[str, Any] = {"joblib": joblib}
    exec(code, names)  # noqa: S102  the code that the project gets
    np.testing.assert_allclose(
        names["load_model"](tmp_path / "model.joblib").predict(DATA), MODEL.predict(SCALER.transform(DATA)), rtol=1e-12
    )


def test_one_model_among_other_things_is_taken(tmp_path: Path) -> None:
    found = described({"fit": OTHER, "score": 0.9}, tmp_path)
    assert found.model_class == "sklearn.linear_model.LinearRegression" or found.model_class.endswith(
        "LinearRegression"
    )
    assert found.reader == "return joblib.load(path)['fit']"
    with pytest.raises(AnOpsError) as refused:
        described({"fits": [OTHER, MODEL]}, tmp_path)
    assert refused.value.problem.remedy == "Name one: --object fits.0"
    assert (
        described({"fits": [OTHER, MODEL]}, tmp_path, object="fits.0").reader == "return joblib.load(path)['fits'][0]"
    )


def test_several_models_are_named_and_one_can_be_chosen(tmp_path: Path) -> None:
    held = {"ridge": MODEL, "linear": OTHER}
    with pytest.raises(AnOpsError, match=r"holds 2 models: ridge \(Ridge\), linear \(LinearRegression\)") as refused:
        described(held, tmp_path)
    assert refused.value.problem.remedy == "Name one: --object ridge"
    assert described(held, tmp_path, object="linear").reader == "return joblib.load(path)['linear']"
    with pytest.raises(AnOpsError, match="has no model `lasso`; it holds ridge"):
        described(held, tmp_path, object="lasso")


def test_what_holds_no_model_is_refused_as_before(tmp_path: Path) -> None:
    with pytest.raises(AnOpsError, match="a dict with the keys `weights`"):
        described({"weights": [1, 2]}, tmp_path)
    with pytest.raises(AnOpsError, match="the object is an empty dict, which has no predict"):
        described({}, tmp_path)


class OldRegression(LinearRegression):  # type: ignore[misc]
    """As one that an older version saved: it lacks what repr() asks for."""

    def __repr__(self) -> str:
        raise AttributeError("'LinearRegression' object has no attribute 'tol'")


class OldPredict(LinearRegression):  # type: ignore[misc]
    """As one that an older version saved: predicting needs what it lacks."""

    def predict(self, X: Any) -> Any:  # noqa: ARG002, N803  as scikit-learn has it
        raise AttributeError("'LinearRegression' object has no attribute 'positive_'")

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_sklearn_version": "1.2.2"}


def test_a_model_whose_repr_fails_is_served(tmp_path: Path) -> None:
    found = described(OldRegression().fit(DATA, TARGET), tmp_path)
    assert found.predictions is not None


def test_a_model_of_an_older_version_that_fails_says_which(tmp_path: Path) -> None:
    DATA.head(5).to_csv(tmp_path / "rows.csv", index=False)
    with pytest.raises(AnOpsError) as refused:
        described(OldPredict().fit(DATA, TARGET), tmp_path, data=tmp_path / "rows.csv")
    assert refused.value.problem.code in {Code.MODEL_FAILED, Code.MODEL_LOAD}
