"""What families of fitted objects can be asked, how their answers' columns are called, and who is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Column, Frame
from anops_project.description import Source
from anops_worker.families import predict
from anops_worker.families.family import LEVEL, SE, type_option
from anops_worker.families.refused import why_refused
from anops_worker.python_describe import describe
from anops_worker.python_describe.working_options import options_that_work
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import DBSCAN
from sklearn.datasets import load_iris
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import BayesianRidge, LogisticRegression, Ridge
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import ClassifierChain
from sklearn.neighbors import LocalOutlierFactor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC

if TYPE_CHECKING:
    from pathlib import Path

    from anops_project.description import Description

IRIS = load_iris(as_frame=True)
X = IRIS.data.set_axis(["a", "b", "c", "d"], axis="columns")
SPECIES = IRIS.target_names[IRIS.target]
TWO = np.c_[IRIS.target == 0, IRIS.target > 1].astype(int)
FAIR = sm.datasets.fair.load_pandas().data.head(300)


def described(model: object, folder: Path) -> Description:
    joblib.dump(model, folder / "model.joblib")
    return describe(Source(artifact=folder / "model.joblib"))


def names(model: Any, **options: Any) -> list[str]:
    return [str(name) for name in pd.DataFrame(predict(model, X.head(3), **options))]


def test_scores_are_named_after_the_classes_unless_there_is_one_for_each_pair() -> None:
    assert names(SVC().fit(X, SPECIES), type="decision") == ["setosa", "versicolor", "virginica"]
    pairs = SVC(decision_function_shape="ovo").fit(X, SPECIES)
    assert names(pairs, type="decision") == ["decision_1", "decision_2", "decision_3"]
    assert names(LogisticRegression().fit(X, IRIS.target > 0), type="decision") == ["decision"]
    assert names(LogisticRegression().fit(X, IRIS.target > 0), type="probability") == ["False", "True"]


def test_several_outputs_have_their_number_in_the_columns_names() -> None:
    forest = RandomForestClassifier(3).fit(X, TWO)
    assert names(forest, type="probability") == ["p1_0", "p1_1", "p2_0", "p2_1"]
    assert names(ClassifierChain(LogisticRegression()).fit(X, TWO), type="probability") == ["p1_1", "p2_1"]
    assert names(OneVsRestClassifier(LogisticRegression()).fit(X, TWO)) == ["0", "1"]


def test_an_option_that_the_family_does_not_know_goes_to_the_objects_own_predict() -> None:
    model = BayesianRidge().fit(X, IRIS.target)
    with pytest.raises(TypeError, match="wobble"):
        predict(LogisticRegression(max_iter=500).fit(X, SPECIES), X, wobble=1)
    assert list(pd.DataFrame(predict(model, X.head(2), se=True))) == ["prediction", "se"]


def test_a_transformer_answers_with_the_columns_it_names() -> None:
    assert names(make_pipeline(StandardScaler(), PCA(2)).fit(X)) == ["pca0", "pca1"]


def test_a_transformer_passes_missing_values_on_as_it_does_by_itself(tmp_path: Path) -> None:
    found = described(StandardScaler().fit(X), tmp_path)
    assert {spec.missing for spec in found.schema.inputs.values()} == {"allow"}


@pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.ModelWarning")
@pytest.mark.parametrize(
    ("model", "why"),
    [
        (DBSCAN().fit(X), "knows only the rows it was fitted on"),
        (LocalOutlierFactor().fit(X), "novelty=True"),
        (make_pipeline(StandardScaler(), Ridge()), "the Pipeline is not fitted"),
        (sm.tsa.ARIMA(FAIR.age[:50], order=(1, 0, 0)).fit(), None),
        (smf.phreg("affairs ~ age", FAIR).fit(), "hazard ratios"),
        (smf.ols("affairs ~ age", FAIR), "an OLS is not a fitted result; save what fit"),
        (sm.RecursiveLS(FAIR.affairs, FAIR[["age"]]).fit(), "model of a time series"),
        (smf.ordinal_gee("children ~ 0 + age", "rate_marriage", FAIR).fit(maxiter=1), "repeated for each level"),
        (sm.ZeroInflatedPoisson(FAIR.children, FAIR[["age"]], FAIR[["educ"]]).fit(disp=0, maxiter=1), "exog_infl"),
        (sm.ZeroInflatedPoisson(FAIR.children, FAIR[["age"]]).fit(disp=0, maxiter=1), None),
        (Ridge, "the class Ridge itself"),
        (X, "the object is a DataFrame"),
        ({"model": 1}, None),
    ],
)
def test_what_can_not_answer_row_by_row_is_told_apart(model: object, why: str | None) -> None:
    said = why_refused(model)
    assert (said is None) if why is None else why in (said or "")


def test_a_refusal_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(AnOpsError, match="not fitted") as caught:
        described(Ridge(), tmp_path)
    assert "predict_model" in (caught.value.problem.remedy or "")


def test_only_options_that_the_model_answered_are_described(tmp_path: Path) -> None:
    found = described(BayesianRidge().fit(X, IRIS.target), tmp_path)
    assert {name: spec.levels for name, spec in found.schema.options.items()} == {
        "interval": ("none", "prediction"),
        "level": None,
        "se": None,
        "quantiles": None,
    }
    assert list(found.schema.outputs) == ["prediction", "lower", "upper", "se"]
    assert found.by_family
    assert not described(Ridge().fit(X, IRIS.target), tmp_path).schema.options


def test_an_option_or_level_that_fails_is_none() -> None:
    offered = {"type": type_option(["class", "probability", "decision"]), "se": SE, "level": LEVEL}

    def ask(asked: dict[str, Any]) -> Frame:
        if asked.get("type") == "decision" or "se" in asked:
            raise AnOpsError(Code.MODEL_FAILED, "no")
        name = "yes" if asked.get("type") == "probability" else "prediction"
        return Frame((Column(name, "number", np.zeros(2)),), 2)

    options, columns = options_that_work(offered, ask)
    assert {name: spec.levels for name, spec in options.items()} == {"type": ("class", "probability")}
    assert columns["yes"].description == "With type = probability."


def test_a_range_comes_from_the_first_transformer_that_keeps_it_and_from_none_behind_a_scaler(tmp_path: Path) -> None:
    raw = described(make_pipeline(MinMaxScaler(), Ridge()).fit(X, IRIS.target), tmp_path)
    assert raw.schema.inputs["a"].seen == (4.3, 7.9)
    scaled = described(make_pipeline(StandardScaler(), MinMaxScaler(), Ridge()).fit(X, IRIS.target), tmp_path)
    assert scaled.schema.inputs["a"].seen is None


def test_a_model_of_a_quantile_says_so(tmp_path: Path) -> None:
    model = GradientBoostingRegressor(loss="quantile", alpha=0.8, n_estimators=3).fit(X, IRIS.target)
    assert "The prediction is the 0.8 quantile, as it was fitted." in described(model, tmp_path).notes


OLS = smf.ols("affairs ~ np.log(age) + religious", FAIR).fit()
LOGIT = smf.logit("any ~ age", FAIR.assign(any=np.arange(300) % 3 == 0, age=FAIR.age).astype(float)).fit(disp=0)
ROW = st.fixed_dictionaries(
    {"age": st.sampled_from([20.0, 37.5, np.nan, -1.0, 0.0]), "religious": st.sampled_from([1.0, 3.0, np.nan])}
)
ASKED = st.sampled_from([{}, {"se": True}, {"interval": "confidence"}, {"interval": "confidence", "se": True}])


@settings(deadline=None, max_examples=60)
@given(st.lists(ROW, min_size=1, max_size=7), ASKED)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("model", [OLS, LOGIT], ids=["ols", "logit"])
def test_rows_out_are_rows_in_whatever_the_formula_drops(
    model: Any, rows: list[dict[str, float]], asked: dict[str, Any]
) -> None:
    data = pd.DataFrame(rows)
    answer = pd.DataFrame(predict(model, data, **asked))
    assert len(answer) == len(data)
    alone = pd.concat([pd.DataFrame(predict(model, data.iloc[[i]], **asked)) for i in range(len(data))])
    np.testing.assert_allclose(answer.to_numpy(), alone.to_numpy(), rtol=1e-9)
    assert answer.iloc[:, 0].isna().tolist() == [
        bool(np.isnan(row["age"]) or np.isnan(row["religious"]) or (model is OLS and row["age"] < 0)) for row in rows
    ]
