from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula
import statsmodels.formula.api as smf
from anops_model_interface.errors import AnOpsError
from anops_project.description import Description, Source
from anops_worker.data_frames import to_pandas
from anops_worker.pickles import load_artifact
from anops_worker.python_describe import describe
from statsmodels.miscmodels.ordinal_model import OrderedModel

if TYPE_CHECKING:
    from pathlib import Path

FAIR = (
    sm.datasets.fair.load_pandas()
    .data.head(300)
    .assign(
        faith=lambda data: np.where(data.religious > 2, "strong", "weak"), number=lambda data: data.index.astype(int)
    )
)


def described(results: Any, folder: Path, **source: Any) -> Description:
    results.save(folder / "model.pkl")
    return describe(Source(artifact=folder / "model.pkl", **source))


def rows_of(found: Description) -> pd.DataFrame:
    assert found.rows is not None
    return to_pandas(found.rows, found.schema.inputs)


def test_a_formula_gives_raw_columns_with_levels_and_allowed_values(tmp_path: Path) -> None:
    formula = "affairs ~ np.log(age) + C(rate_marriage) + faith * children + I(educ ** 2)"
    results = smf.ols(formula, FAIR).fit()
    found = described(results, tmp_path)
    inputs = found.schema.inputs
    assert set(inputs) == {"age", "rate_marriage", "faith", "children", "educ"}
    assert inputs["faith"].levels == ("strong", "weak")
    assert inputs["rate_marriage"].type == "number"
    assert inputs["rate_marriage"].values == (1.0, 2.0, 3.0, 4.0, 5.0)
    assert found.summary == f"OLS: {formula}"
    assert found.fitted_on == "300 rows"
    assert found.model_class == "statsmodels.regression.linear_model.OLS"
    assert {"statsmodels", "patsy"} <= set(found.packages)
    assert found.predictions is not None
    assert found.predictions["prediction"].values == pytest.approx(
        results.predict(rows_of(found)), rel=1e-12, nan_ok=True
    )
    assert set(rows_of(found).rate_marriage.dropna()) == {1.0, 2.0, 3.0, 4.0, 5.0}
    assert any("holds the data it was fitted on (300 rows)" in note for note in found.notes)


def test_a_glm_says_its_family_and_scale(tmp_path: Path) -> None:
    found = described(smf.glm("children ~ age", FAIR, family=sm.families.Poisson()).fit(), tmp_path)
    assert found.summary == "GLM (Poisson, Log link): children ~ age"


def test_a_constant_column_is_put_in_rather_than_asked_for(tmp_path: Path) -> None:
    exog = sm.add_constant(FAIR[["age", "educ"]])
    results = sm.OLS(FAIR.affairs, exog).fit()
    found = described(results, tmp_path)
    assert list(found.schema.inputs) == ["age", "educ"]
    assert found.predictions is not None
    expected = results.predict(rows_of(found).assign(const=1.0)[["const", "age", "educ"]])
    assert found.predictions["prediction"].values == pytest.approx(expected, rel=1e-12, nan_ok=True)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("named", [True, False], ids=["names kept", "names gone"])
def test_results_whose_data_are_removed_are_understood(tmp_path: Path, named: bool) -> None:
    results = sm.OLS(FAIR.affairs, sm.add_constant(FAIR[["age", "educ"]])).fit()
    expected = results.predict([[1.0, 27.0, 14.0]])
    if named:
        results.summary()  # without it, statsmodels forgets the names together with the data
    results.remove_data()
    found = described(results, tmp_path)
    assert list(found.schema.inputs) == (["age", "educ"] if named else ["x2", "x3"])
    assert found.predictions is not None
    again = results.predict(rows_of(found).assign(const=1.0).iloc[:, [2, 0, 1]].to_numpy())
    assert found.predictions["prediction"].values == pytest.approx(again, rel=1e-12, nan_ok=True)
    assert results.predict([[1.0, 27.0, 14.0]]) == pytest.approx(expected, rel=1e-12)


@pytest.mark.filterwarnings("ignore")
def test_parameters_that_go_with_no_column_are_no_inputs(tmp_path: Path) -> None:
    ordered = pd.Series(pd.Categorical(FAIR.rate_marriage, ordered=True))
    thresholds = OrderedModel(ordered, FAIR[["age", "educ"]], distr="logit").fit(method="bfgs", disp=0, maxiter=2)
    dispersion = sm.NegativeBinomial(FAIR.children, sm.add_constant(FAIR[["age"]])).fit(disp=0, maxiter=2)
    assert list(described(thresholds, tmp_path).schema.inputs) == ["age", "educ"]
    found = described(dispersion, tmp_path)
    assert list(found.schema.inputs) == ["age"]
    assert found.rows is not None


def test_quoted_names_in_a_formula_are_columns(tmp_path: Path) -> None:
    data = FAIR.rename(columns={"age": "age in years"})
    found = described(smf.ols('affairs ~ Q("age in years") + educ', data).fit(), tmp_path)
    assert set(found.schema.inputs) == {"age in years", "educ"}


def test_a_row_with_a_missing_value_is_allowed_since_its_prediction_is_then_missing(tmp_path: Path) -> None:
    found = described(smf.ols("affairs ~ age", FAIR).fit(), tmp_path)
    assert found.schema.inputs["age"].missing == "allow"


def test_the_range_that_was_fitted_on_comes_from_the_objects_own_data(tmp_path: Path) -> None:
    gaps = FAIR.assign(age=FAIR.age.where(FAIR.age < 40), affairs=FAIR.affairs.where(FAIR.age > 18))
    found = described(smf.ols("affairs ~ age + C(religious)", gaps).fit(), tmp_path)
    assert found.schema.inputs["age"].seen == (22.0, 37.0)
    assert found.schema.inputs["religious"].seen is None


SCRIPT = """
import pandas as pd, statsmodels.formula.api as smf
def shifted(values):
    return values - 32.0
data = pd.read_csv("fair.csv")
smf.ols("affairs ~ shifted(age)", data).fit().save("model.pkl")
"""


def test_a_function_of_the_training_script_in_a_formula_is_found_in_model_py(tmp_path: Path) -> None:
    FAIR.to_csv(tmp_path / "fair.csv", index=False)
    subprocess.run([sys.executable, "-c", SCRIPT], cwd=tmp_path, check=True)
    with pytest.raises(AnOpsError, match="it needs `shifted`, which was defined in the script"):
        describe(Source(artifact=tmp_path / "model.pkl"))
    (tmp_path / "model.py").write_text("def shifted(values):\n    return values - 32.0\n", encoding="utf-8")
    found = describe(Source(artifact=tmp_path / "model.pkl", code=tmp_path / "model.py"))
    assert list(found.schema.inputs) == ["age"]


COUNTS = FAIR.assign(count=FAIR.affairs.round())
POISSON = sm.families.Poisson()
DESIGN = sm.add_constant(COUNTS[["age"]])


@pytest.mark.parametrize(
    ("fit", "code"),
    [
        (
            lambda: smf.glm("count ~ age", COUNTS, family=POISSON, exposure=COUNTS.yrs_married).fit(),
            'data, exposure=data["yrs_married"]',
        ),
        (
            lambda: smf.glm("count ~ age", COUNTS, family=POISSON, offset=np.log(COUNTS.yrs_married)).fit(),
            'data, offset=np.log(data["yrs_married"])',
        ),
        (
            lambda: smf.poisson("count ~ age", COUNTS, exposure=COUNTS.yrs_married).fit(disp=0),
            'data, exposure=data["yrs_married"]',
        ),
        (
            lambda: sm.GLM(COUNTS["count"], DESIGN, family=POISSON, exposure=COUNTS.yrs_married).fit(),
            'data.assign(const=1.0)[["const", "age"]], exposure=data["exposure"]',
        ),
    ],
    ids=["exposure", "offset", "discrete", "arrays"],
)
def test_an_offset_that_predict_leaves_out_is_shown_by_the_fitted_values(fit: Any, code: str, tmp_path: Path) -> None:
    results = fit()
    found = described(results, tmp_path)
    assert found.own_fit is not None
    assert found.own_fit.startswith("The predictions for the model's own rows are not its fitted values: the row (age")
    assert found.own_fit.endswith(f"that ends with `return model.predict({code})`.")
    assert found.notes.count(found.own_fit) == 1
    assert not any(note.startswith("The model was fitted with an ") for note in found.notes)
    # the remedy, as it is printed, gives the fitted values
    data = COUNTS.assign(exposure=COUNTS.yrs_married)
    again = eval(f"model.predict({code})", {"model": results, "data": data, "np": np})  # noqa: S307
    assert np.asarray(again) == pytest.approx(np.asarray(results.predict()))


def test_a_term_of_the_whole_column_is_shown_by_the_fitted_values(tmp_path: Path) -> None:
    found = described(smf.ols("affairs ~ I(age - np.mean(age) ** 2)", FAIR).fit(), tmp_path)
    assert found.own_fit is not None
    assert "of the formula is recomputed from the rows that are sent" in found.own_fit


@pytest.mark.parametrize(
    "fit",
    [
        lambda: smf.ols("affairs ~ center(age) + bs(educ, df=4) + faith", FAIR).fit(),
        lambda: smf.glm("count ~ age + faith", COUNTS, family=POISSON).fit(),
        lambda: smf.poisson("count ~ age", COUNTS).fit(disp=0),
        lambda: smf.mixedlm("affairs ~ age", FAIR, groups=FAIR.faith).fit(),
        lambda: smf.mnlogit("rate_marriage ~ age", FAIR).fit(disp=0),
        lambda: smf.ols("affairs ~ age", FAIR.assign(age=FAIR.age.where(FAIR.educ > 12))).fit(),
        lambda: sm.ZeroInflatedPoisson(COUNTS["count"], DESIGN).fit(disp=0),
    ],
    ids=["splines", "glm", "discrete", "mixed", "classes", "rows with gaps", "zero-inflated"],
)
@pytest.mark.filterwarnings("ignore")
def test_predictions_that_are_the_fitted_values_are_not_told_of(fit: Any, tmp_path: Path) -> None:
    found = described(fit(), tmp_path)
    assert found.own_fit is None
    assert "age" in found.schema.inputs


def test_code_that_adds_the_offset_itself_is_not_told_of(tmp_path: Path) -> None:
    code = tmp_path / "model.py"
    code.write_text(
        "def predict_model(model, data):\n    return model.predict(data, exposure=1 + 0 * data['age'] + 4)\n"
    )
    results = smf.glm("count ~ age", COUNTS, family=POISSON, exposure=np.full(len(COUNTS), 5.0)).fit()
    assert described(results, tmp_path, code=code).own_fit is None


def test_a_term_that_only_all_rows_have_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(AnOpsError) as caught:
        described(smf.ols("affairs ~ educ + pd.qcut(age, 3)", FAIR).fit(), tmp_path)
    assert (caught.value.problem.remedy or "").startswith("`pd.qcut(age, 3)` of the formula is recomputed")


@pytest.mark.parametrize(
    "term",
    [
        "I(age / np.max(age))",
        "I(age - np.mean(age))",
        "np.log(age / age.max())",
        'I(Q("years of it") / np.max(Q("years of it")))',
        "I((age - age.mean()) / age.std())",
        "I(age.rank())",
        "I(age / len(age))",
        "I(age > np.median(age))",
    ],
)
@pytest.mark.parametrize("ordered", [False, True])
def test_terms_of_a_whole_column_are_named(tmp_path: Path, term: str, ordered: bool) -> None:
    data = FAIR.rename(columns={"yrs_married": "years of it"})
    data = data.sort_values("age", ignore_index=True) if ordered else data
    found = described(smf.ols(f"affairs ~ educ + {term}", data).fit(), tmp_path)
    assert found.own_fit is not None
    assert f"`{term}" in found.own_fit
    assert "is recomputed from the rows that are sent" in found.own_fit
    assert "educ`" not in found.own_fit


@pytest.mark.parametrize("term", ["center(age)", "bs(age, df=4)", "np.log(age)", "C(faith)", "standardize(age)"])
def test_terms_of_which_a_fit_keeps_what_new_rows_need_are_not_told_of(tmp_path: Path, term: str) -> None:
    assert described(smf.ols(f"affairs ~ educ + {term}", FAIR).fit(), tmp_path).own_fit is None


@pytest.mark.parametrize("fitted_by", ["formulaic", "patsy"])
@pytest.mark.parametrize("formula", ["affairs ~ scale(age) + C(religious)", "affairs ~ number + scale(age):faith"])
def test_a_formula_is_read_by_the_engine_of_the_fit(
    fitted_by: str, formula: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = statsmodels.formula.options  # of the process; a saved model does not say which engine it was
    monkeypatch.setattr(options, "formula_engine", fitted_by)
    model = smf.ols(formula, FAIR).fit()
    expected = np.asarray(model.predict(FAIR.head(20)))
    model.save(tmp_path / "model.pkl")
    monkeypatch.setattr(options, "formula_engine", "formulaic" if fitted_by == "patsy" else "patsy")
    loaded: Any = load_artifact(tmp_path / "model.pkl", None)
    assert np.asarray(loaded.predict(FAIR.head(20))) == pytest.approx(expected, rel=1e-10)


def test_an_engine_is_kept_where_the_other_is_no_better(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statsmodels.formula.options, "formula_engine", "patsy")
    smf.ols("affairs ~ I(age / np.max(age))", FAIR).fit().save(tmp_path / "model.pkl")
    load_artifact(tmp_path / "model.pkl", None)
    assert statsmodels.formula.options.formula_engine == "patsy"
