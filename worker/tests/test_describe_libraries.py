"""Libraries with ways of their own: what their objects say of their columns, and that they answer as by themselves."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import category_encoders
import joblib
import lightgbm
import numpy as np
import pandas as pd
import pytest
from anops_model_interface.errors import AnOpsError
from anops_project.description import Description, Source
from anops_worker.families import predict
from anops_worker.python_describe import describe
from feature_engine.encoding import MeanEncoder, RareLabelEncoder
from feature_engine.imputation import MeanMedianImputer
from lifelines import CoxPHFitter, KaplanMeierFitter, WeibullAFTFitter
from linearmodels.iv import IV2SLS
from linearmodels.panel import PanelOLS
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore")


def _data(rows: int = 120) -> pd.DataFrame:
    chance = np.random.default_rng(3)
    data = pd.DataFrame({"x": chance.normal(size=rows), "w": chance.uniform(1, 5, rows)})
    data["group"] = pd.Categorical(np.tile(["mid", "low", "top"], rows // 3), categories=["mid", "low", "top"])
    data["code"] = np.tile(["p", "q", "r", "q"], rows // 4)
    data["smokes"] = chance.random(rows) > 0.5
    data["time"], data["event"] = chance.exponential(size=rows) * np.exp(data.x / 3), chance.random(rows) < 0.8
    data["y"] = data.x + data.smokes + data.group.cat.codes + chance.normal(size=rows) / 3
    return data


DATA = _data()


def described(model: object, folder: Path, **source: Any) -> Description:
    joblib.dump(model, folder / "model.joblib")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return describe(Source(artifact=folder / "model.joblib", **source))


def levels(found: Description) -> dict[str, Any]:
    return {name: spec.levels or spec.type for name, spec in found.schema.inputs.items()}


class Sampler(BaseEstimator):
    """Takes part in the fitting alone, as those of imbalanced-learn do."""

    def fit_resample(self, rows: pd.DataFrame, outcome: pd.Series) -> Any:
        return rows, outcome


class Sampled(Pipeline):
    """Predicts without its samplers, as the pipeline of imbalanced-learn does."""

    def predict(self, rows: pd.DataFrame) -> Any:
        return Pipeline(self.steps[1:]).predict(rows)


@pytest.mark.parametrize("first", [Sampler(), "passthrough", None])
def test_what_a_prediction_does_not_go_through_hides_no_levels(first: Any, tmp_path: Path) -> None:
    encoder = ColumnTransformer([("levels", OneHotEncoder(), ["group", "smokes"])], remainder="passthrough")
    rows = DATA[["x", "group", "smokes"]]
    fitted = make_pipeline(encoder, LinearRegression()).fit(rows, DATA.y)
    model = (Sampled if isinstance(first, Sampler) else Pipeline)([("first", first), *fitted.steps])
    found = described(model, tmp_path)
    assert levels(found) == {"x": "number", "group": ("low", "mid", "top"), "smokes": "boolean"}
    assert found.predictions is not None


def test_a_hazard_says_its_columns_and_answers_as_the_same_model_in_r(tmp_path: Path) -> None:
    model = CoxPHFitter().fit(DATA, "time", "event", formula="x + group + smokes", strata=["code"])
    found = described(model, tmp_path)
    assert levels(found) == {
        "x": "number", "group": ("mid", "low", "top"), "smokes": "number", "code": ("p", "q", "r")
    }  # fmt: skip
    assert found.method == "predict_partial_hazard"
    # a formula would answer an unknown level as the first one, without a word
    assert found.schema.inputs["group"].novel == "error"
    assert found.schema.options["type"].levels == ("risk", "link", "median", "mean", "survival")
    rows = DATA[["x", "group", "smokes", "code"]].iloc[[0, 1, 2, 5]].reset_index(drop=True)
    assert np.allclose(predict(model, rows), model.predict_partial_hazard(rows))
    rows.loc[1, "x"] = np.nan
    whole = rows.iloc[[0, 2, 3]]
    curves = predict(model, rows, type="survival", times=[1.0, 0.5])
    assert isinstance(curves, pd.DataFrame)
    assert list(curves) == ["t1", "t0.5"]
    assert curves.isna().all(axis=1).tolist() == [False, True, False, False]
    expected = model.predict_survival_function(whole, times=[0.5, 1.0]).T.loc[whole.index]
    assert np.allclose(curves.iloc[whole.index].to_numpy(), expected[[1.0, 0.5]])


def test_accelerated_failure_answers_a_median_and_a_curve_survival(tmp_path: Path) -> None:
    model = WeibullAFTFitter().fit(DATA[["x", "w", "time", "event"]], "time", "event")
    assert set(described(model, tmp_path).schema.inputs) == {"x", "w"}
    one = DATA[["x", "w"]].head(1)
    assert np.allclose(np.asarray(predict(model, one)), np.ravel(model.predict_median(one)))
    curve = KaplanMeierFitter().fit(DATA.time, DATA.event)
    told = described(curve, tmp_path)
    assert list(told.schema.inputs) == ["time"]
    assert str(told.suiting_code).startswith('data = data["time"]')
    asked = predict(curve, pd.DataFrame({"time": [0.5, np.nan]}))
    assert np.allclose(np.asarray(asked), [curve.predict(0.5), np.nan], equal_nan=True)


def test_panels_and_instruments_say_their_columns(tmp_path: Path) -> None:
    panel = DATA.assign(id=np.arange(120) % 10, year=np.arange(120) // 10).set_index(["id", "year"])
    model = PanelOLS.from_formula("y ~ x + w + EntityEffects", panel).fit()
    found = described(model, tmp_path)
    assert list(found.schema.inputs) == ["x", "w"]
    assert any("leave out the effects" in note for note in found.notes)
    rows = DATA[["w", "x"]].head(3)
    assert np.allclose(predict(model, rows), rows[["x", "w"]].to_numpy() @ model.params[["x", "w"]].to_numpy())
    instrumented = IV2SLS(DATA.y, DATA.assign(const=1.0)[["const", "x"]], DATA[["w"]], DATA[["time"]]).fit()
    assert list(described(instrumented, tmp_path).schema.inputs) == ["x", "w"]
    expected = rows.assign(const=1.0)[["const", "x", "w"]].to_numpy() @ instrumented.params.to_numpy()
    assert np.allclose(predict(instrumented, rows), expected)
    # the code of a project's own test makes the same design
    names = {"data": rows}
    exec(str(described(instrumented, tmp_path).suiting_code), names)  # noqa: S102  our own
    assert np.allclose(instrumented.predict(names["data"]).to_numpy().ravel(), expected)


def test_what_a_formula_of_linearmodels_made_is_refused_by_name(tmp_path: Path) -> None:
    model = IV2SLS.from_formula("y ~ 1 + x + group + [w ~ time]", DATA).fit()
    with pytest.raises(AnOpsError, match=r"`group\[T.low\]` is made by the formula") as refused:
        described(model, tmp_path)
    assert "predict_model" in str(refused.value.problem.remedy)


@pytest.mark.parametrize(
    ("encoder", "expected"),
    [
        (category_encoders.TargetEncoder(), ("p", "q", "r")),
        (category_encoders.BinaryEncoder(), ("p", "q", "r")),
        (category_encoders.LeaveOneOutEncoder(), ("p", "q", "r")),
        (category_encoders.HashingEncoder(max_process=1), "category"),
        (MeanEncoder(), ("p", "q", "r")),
        (RareLabelEncoder(n_categories=2), ("p", "q", "r")),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_column_of_texts_that_is_encoded_is_no_number(tmp_path: Path, encoder: Any, expected: Any) -> None:
    encoded = [encoder, *([MeanEncoder()] if isinstance(encoder, RareLabelEncoder) else [])]
    model = make_pipeline(MeanMedianImputer(), *encoded, LinearRegression()).fit(DATA[["x", "code"]], DATA.y)
    found = described(model, tmp_path)
    told = levels(found)["code"]
    assert (tuple(sorted(told)) if isinstance(told, tuple) else told) == expected
    assert found.rows is not None


def test_a_booster_at_the_end_of_a_pipeline_tells_its_categories(tmp_path: Path) -> None:
    booster = lightgbm.LGBMRegressor(n_estimators=3, verbose=-1)
    model = make_pipeline(FunctionTransformer(), booster)
    found = described(model.fit(DATA[["x", "group"]], DATA.y), tmp_path)
    assert levels(found) == {"x": "number", "group": ("mid", "low", "top")}
    assert found.schema.inputs["x"].seen is None


class ColumnWise(TransformerMixin, BaseEstimator):
    """Keeps a transformer for each column by its name, as skrub's TableVectorizer does."""

    def fit(self, rows: pd.DataFrame, _: Any = None) -> ColumnWise:
        self.feature_names_in_ = np.array(list(rows), dtype=object)
        kinds = {name: OneHotEncoder() if rows[name].dtype == object else StandardScaler() for name in rows}
        self.transformers_ = {name: kind.fit(rows[[name]]) for name, kind in kinds.items()}
        return self

    def transform(self, rows: pd.DataFrame) -> Any:
        made = [part.transform(rows[[name]]) for name, part in self.transformers_.items()]
        return np.hstack([each.toarray() if hasattr(each, "toarray") else each for each in made])


def test_transformers_that_are_kept_by_column_tell_levels(tmp_path: Path) -> None:
    model = make_pipeline(ColumnWise(), LinearRegression()).fit(DATA[["x", "code"]], DATA.y)
    assert levels(described(model, tmp_path)) == {"x": "number", "code": ("p", "q", "r")}
