from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pandas as pd
import pytest
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.description import Description, Source
from anops_worker.describe import main
from anops_worker.python_describe import describe
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_diabetes, load_iris
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestRegressor, VotingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder, StandardScaler, TargetEncoder

if TYPE_CHECKING:
    from pathlib import Path

IRIS = load_iris(as_frame=True)
SPECIES = IRIS.target_names[IRIS.target]
DIABETES = load_diabetes(as_frame=True)
GRADES = pd.cut(DIABETES.data.bmi, 3, labels=["low", "middle", "high"]).astype(str)


def described(model: object, folder: Path, **source: Any) -> Description:
    joblib.dump(model, folder / "model.joblib")
    return describe(Source(artifact=folder / "model.joblib", **source))


def saved(data: pd.DataFrame, folder: Path) -> Path:
    data.to_csv(folder / "example.csv", index=False)
    return folder / "example.csv"


def graded(encoder: object, model: object) -> Any:
    """Fit a pipeline on numbers and a grade; one column is dropped unread."""
    columns = ColumnTransformer([("numbers", StandardScaler(), ["age", "bp"]), ("grade", encoder, ["grade"])])
    data = DIABETES.data[["age", "bp", "s1"]].assign(grade=GRADES)
    return make_pipeline(columns, model).fit(data, DIABETES.target)


def test_names_and_classes_come_from_the_estimator(tmp_path: Path) -> None:
    found = described(make_pipeline(StandardScaler(), LogisticRegression()).fit(IRIS.data, SPECIES), tmp_path)
    assert list(found.schema.inputs) == list(IRIS.data.columns)
    assert {spec.type for spec in found.schema.inputs.values()} == {"number"}
    assert found.schema.outputs["prediction"].type == "category"
    assert found.schema.outputs["prediction"].levels == ("setosa", "versicolor", "virginica")
    assert found.model_class == "sklearn.pipeline.Pipeline"
    assert found.summary == "StandardScaler() → LogisticRegression()"
    assert set(found.packages) == {"numpy", "scikit-learn"}
    assert found.row_independent is True


def test_integer_classes_are_answered_as_integers(tmp_path: Path) -> None:
    found = described(LogisticRegression(max_iter=500).fit(IRIS.data, IRIS.target), tmp_path)
    assert found.schema.outputs["prediction"].type == "integer"


@pytest.mark.parametrize(
    "model",
    [
        GridSearchCV(LogisticRegression(max_iter=500), {"C": [0.1, 1.0]}, cv=2),
        VotingClassifier([("a", LogisticRegression(max_iter=500)), ("b", HistGradientBoostingClassifier(max_iter=2))]),
    ],
    ids=["grid search", "voting"],
)
def test_names_are_found_through_meta_estimators(tmp_path: Path, model: Any) -> None:
    found = described(model.fit(IRIS.data, SPECIES), tmp_path)
    assert list(found.schema.inputs) == list(IRIS.data.columns)
    assert found.schema.outputs["prediction"].levels == tuple(IRIS.target_names)


def test_an_encoder_tells_the_levels_and_dropped_columns_are_no_inputs(tmp_path: Path) -> None:
    found = described(graded(OneHotEncoder(), Ridge()), tmp_path)
    assert list(found.schema.inputs) == ["age", "bp", "grade"]
    assert found.schema.inputs["grade"].levels == ("high", "low", "middle")
    assert found.schema.inputs["grade"].novel == "error"
    assert found.schema.inputs["grade"].missing is None
    assert any("`s1`" in note for note in found.notes)


@pytest.mark.parametrize(
    "encoder",
    [
        OneHotEncoder(handle_unknown="ignore"),
        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
        TargetEncoder(target_type="continuous"),
    ],
    ids=["one-hot", "ordinal", "target"],
)
def test_an_encoder_that_takes_new_levels_takes_them_as_missing(tmp_path: Path, encoder: object) -> None:
    grade = described(graded(encoder, Ridge()), tmp_path).schema.inputs["grade"]
    assert (grade.novel, grade.missing) == ("missing", "allow")


def test_new_levels_reach_an_encoder_where_an_imputer_answers_missing_values_otherwise(tmp_path: Path) -> None:
    encoder = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"))
    grade = described(graded(encoder, Ridge()), tmp_path).schema.inputs["grade"]
    assert (grade.novel, grade.missing) == ("allow", "allow")


def test_integer_categories_become_allowed_values(tmp_path: Path) -> None:
    data = pd.DataFrame({"cyl": [4, 6, 8, 4, 6, 8], "wt": [2.0, 3.0, 4.0, 2.5, 3.5, 4.5]})
    columns = ColumnTransformer([("cyl", OneHotEncoder(), ["cyl"])], remainder="passthrough")
    found = described(make_pipeline(columns, LinearRegression()).fit(data, [30, 20, 15, 28, 19, 14]), tmp_path)
    assert found.schema.inputs["cyl"].type == "integer"
    assert found.schema.inputs["cyl"].values == (4.0, 6.0, 8.0)
    assert found.rows is not None
    assert sorted(found.rows["cyl"].values) == [4, 6, 8]


def test_missing_values_are_allowed_where_the_estimator_takes_them(tmp_path: Path) -> None:
    takes = described(HistGradientBoostingClassifier(max_iter=2).fit(IRIS.data, SPECIES), tmp_path)
    refuses = described(LogisticRegression(max_iter=500).fit(IRIS.data, SPECIES), tmp_path)
    assert {spec.missing for spec in takes.schema.inputs.values()} == {"allow"}
    assert {spec.missing for spec in refuses.schema.inputs.values()} == {None}


@pytest.mark.parametrize("mark", [None, np.nan])
@pytest.mark.parametrize("given", [True, False])
def test_missing_text_reaches_the_estimator_as_it_was_fitted(tmp_path: Path, mark: object, *, given: bool) -> None:
    data = pd.DataFrame({"city": ["Rome", "Bonn", mark, "Rome", "Bonn", mark]}, dtype=object)
    columns = ColumnTransformer([("city", OneHotEncoder(handle_unknown="ignore"), ["city"])])
    model = make_pipeline(columns, LinearRegression()).fit(data, [1, 2, 9, 1, 2, 9])
    example = {"data": saved(data, tmp_path)} if given else {}
    found = described(model, tmp_path, **example)
    assert (found.suiting_code is not None) == (mark is None)

    scope: dict[str, Any] = {"data": pd.DataFrame({"city": pd.Categorical(["Bonn", np.nan])})}
    exec(found.suiting_code or "", scope)  # noqa: S102  the code that a project gets
    assert model.predict(scope["data"]) == pytest.approx([2, 9])
    if given:
        assert found.rows is not None
        assert found.predictions is not None
        missing = found.rows["city"].is_missing()
        assert missing.any()
        assert found.predictions["prediction"].values[missing] == pytest.approx(9)


def test_an_estimator_fitted_on_arrays_gets_made_up_names(tmp_path: Path) -> None:
    found = described(LinearRegression().fit(DIABETES.data.to_numpy(), DIABETES.target), tmp_path)
    assert list(found.schema.inputs) == [f"x{i}" for i in range(1, 11)]
    assert any("without column names" in note for note in found.notes)
    assert found.suiting_code == "data = data.to_numpy()  # fitted on an array"


def test_example_data_name_the_columns_of_an_estimator_fitted_on_arrays(tmp_path: Path) -> None:
    data = saved(DIABETES.data.assign(progress=DIABETES.target), tmp_path)
    model = LinearRegression().fit(DIABETES.data.to_numpy(), DIABETES.target)
    found = described(model, tmp_path, data=data, target="progress")
    assert list(found.schema.inputs) == list(DIABETES.data.columns)
    assert found.rows is not None
    assert found.predictions is not None
    rows = np.column_stack([column.values for column in found.rows.columns])
    assert found.predictions["prediction"].values == pytest.approx(model.predict(rows), rel=1e-12)


def test_example_data_of_another_width_are_refused(tmp_path: Path) -> None:
    data = saved(DIABETES.data.assign(progress=DIABETES.target), tmp_path)
    with pytest.raises(AnOpsError, match="fitted on 10 columns, and the file has 11") as caught:
        described(LinearRegression().fit(DIABETES.data.to_numpy(), DIABETES.target), tmp_path, data=data)
    assert caught.value.problem.remedy is not None
    assert "--target" in caught.value.problem.remedy


def test_example_data_that_lack_a_column_are_refused(tmp_path: Path) -> None:
    data = saved(IRIS.data.iloc[:, 1:], tmp_path)
    with pytest.raises(AnOpsError, match=r"it lacks `sepal length \(cm\)`"):
        described(LogisticRegression(max_iter=500).fit(IRIS.data, SPECIES), tmp_path, data=data)


def test_a_target_that_is_not_there_is_refused(tmp_path: Path) -> None:
    data = saved(IRIS.data, tmp_path)
    with pytest.raises(AnOpsError, match="Can't find column `speces` in example"):
        described(LogisticRegression(max_iter=500).fit(IRIS.data, SPECIES), tmp_path, data=data, target="speces")


def test_reference_rows_show_every_level_and_what_is_missing(tmp_path: Path) -> None:
    example = DIABETES.data[["age", "bp"]].assign(grade=GRADES, other=1)
    example.loc[5, "age"] = np.nan
    columns = ColumnTransformer(
        [("numbers", SimpleImputer(), ["age", "bp"]), ("grade", OneHotEncoder(handle_unknown="ignore"), ["grade"])]
    )
    model = make_pipeline(columns, RandomForestRegressor(n_estimators=3, random_state=1))
    found = described(model.fit(example, DIABETES.target), tmp_path, data=saved(example, tmp_path))
    assert found.rows is not None
    assert found.rows.rows == 10
    assert set(found.rows["grade"].values) == {"low", "middle", "high"}
    assert found.rows["age"].is_missing().sum() == 1
    assert found.rows["bp"].values.min() == example.bp.min()
    assert found.rows.names() == ("age", "bp", "grade")
    assert found.row_independent is True


def test_rows_that_the_schema_refuses_are_no_reference_rows(tmp_path: Path) -> None:
    example = DIABETES.data.copy()
    example.iloc[3, 0] = np.nan
    model = LinearRegression().fit(DIABETES.data, DIABETES.target)
    found = described(model, tmp_path, data=saved(example, tmp_path))
    assert found.rows is not None
    assert not any(column.is_missing().any() for column in found.rows.columns)


def test_texts_go_to_a_vectorizer_as_texts(tmp_path: Path) -> None:
    model = make_pipeline(TfidfVectorizer(), LogisticRegression())
    model.fit(["good day", "bad night", "good night", "bad day"], ["fine", "sad", "fine", "sad"])
    example = saved(pd.DataFrame({"review": ["good good", "bad bad"]}), tmp_path)
    found = described(model, tmp_path, data=example)
    assert {name: spec.type for name, spec in found.schema.inputs.items()} == {"review": "string"}
    assert found.predictions is not None
    assert found.predictions["prediction"].values.tolist() == ["fine", "sad"]


CODE = """
import pandas as pd


def load_model(path):
    return None


def predict_model(model, data, **options):
    return pd.DataFrame({"mean": data["wt"] MINUS, "heavy": data["wt"] > 3.0})
"""
EXAMPLE = pd.DataFrame(
    {
        "wt": [2.5, 3.5, 4.0],
        "gear": ["auto", "manual", "auto"],
        "new": [True, False, True],
        "sold": ["2026-01-05", "2026-02-07", "2026-03-01"],
        "seen": ["2026-01-05T10:00:00Z", "2026-02-07T11:30:00Z", "2026-03-01T00:00:00Z"],
    }
)


@pytest.mark.parametrize(("minus", "independent"), [("* 2", True), ("- data['wt'].mean()", False)])
def test_code_alone_is_described_from_example_data(tmp_path: Path, minus: str, independent: bool) -> None:
    (tmp_path / "model.py").write_text(CODE.replace("MINUS", minus), encoding="utf-8")
    found = describe(Source(code=tmp_path / "model.py", data=saved(EXAMPLE, tmp_path)))
    assert {name: spec.type for name, spec in found.schema.inputs.items()} == {
        "wt": "number",
        "gear": "category",
        "new": "boolean",
        "sold": "date",
        "seen": "datetime",
    }
    assert found.schema.inputs["gear"].levels == ("auto", "manual")
    assert {name: spec.type for name, spec in found.schema.outputs.items()} == {"mean": "number", "heavy": "boolean"}
    assert found.row_independent is independent
    assert "pandas" in found.packages


def test_an_object_that_names_no_columns_asks_for_example_data(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("def predict_model(model, data):\n    return data.x\n", encoding="utf-8")
    with pytest.raises(AnOpsError, match="Can't tell which columns the model takes") as caught:
        describe(Source(code=tmp_path / "model.py"))
    assert caught.value.problem.remedy is not None
    assert "--data" in caught.value.problem.remedy


def test_something_that_is_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(AnOpsError, match="the object is a dict with the keys `model`, `columns`") as caught:
        described({"model": 1, "columns": 2}, tmp_path)
    assert caught.value.problem.code is Code.MODEL_LOAD


def test_a_model_that_fails_on_the_example_rows_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text("def predict_model(model, data):\n    return data['x'] / {}\n", encoding="utf-8")
    with pytest.raises(AnOpsError) as caught:
        describe(Source(code=tmp_path / "model.py", data=saved(pd.DataFrame({"x": [1.0]}), tmp_path)))
    assert caught.value.problem.code is Code.MODEL_FAILED
    assert caught.value.problem.call == "model.py:2: return data['x'] / {}"


def test_a_model_saved_with_another_scikit_learn_gets_a_note(tmp_path: Path) -> None:
    class OlderRegression(LinearRegression):
        def __getstate__(self) -> dict[str, Any]:
            return {**super().__getstate__(), "_sklearn_version": "1.2.2"}

        def __reduce__(self) -> tuple[Any, ...]:
            return (LinearRegression, (), self.__getstate__())

    OlderRegression.__module__ = "sklearn.linear_model"
    found = described(OlderRegression().fit(DIABETES.data, DIABETES.target), tmp_path)
    assert found.saved_with is not None
    assert "saved with scikit-learn 1.2.2" in found.saved_with
    assert found.saved_with in found.notes


def test_stdout_carries_the_description_alone_whatever_a_model_prints(tmp_path: Path) -> None:
    code = "import os\n\ndef predict_model(model, data):\n    print('hello')\n    os.system('echo C library')\n"
    code += "    return data.x\n"
    (tmp_path / "model.py").write_text(code, encoding="utf-8")
    saved(pd.DataFrame({"x": [1.0, 2.0]}), tmp_path)
    arguments = ["--language", "python", "--code", "model.py", "--data", "example.csv"]
    run = subprocess.run(
        [sys.executable, "-m", "anops_worker.describe", *arguments],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0
    description = Description.from_json(json.dumps(json.loads(run.stdout)["description"]))
    assert list(description.schema.inputs) == ["x"]
    assert description.rows is not None
    assert "hello" in run.stderr
    assert "C library" in run.stderr


def test_a_problem_is_one_line_of_json_and_exit_code_3(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--language", "python", "--artifact", str(tmp_path / "model.joblib")]) == 3
    assert json.loads(capfd.readouterr().out)["problem"]["message"].startswith("Can't find ")


def test_an_encoder_that_answers_new_levels_keeps_its_own_way(tmp_path: Path) -> None:
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2)
    model = graded(encoder, RandomForestRegressor(20, random_state=0))
    found = described(model, tmp_path)
    spec = found.schema.inputs["grade"]
    assert (spec.novel, spec.missing) in {("allow", "allow"), ("allow", None), ("missing", "allow")}
    strict = described(graded(OneHotEncoder(), Ridge()), tmp_path)
    assert strict.schema.inputs["grade"].novel == "error"


def test_answers_that_are_all_missing_are_no_reference(tmp_path: Path) -> None:
    far = pd.DataFrame({"x": np.linspace(100.0, 200.0, 20)})
    model = make_pipeline(FunctionTransformer(), IsotonicRegression(out_of_bounds="nan")).fit(far, far.x)
    joblib.dump(model, tmp_path / "model.joblib")
    found = describe(Source(artifact=tmp_path / "model.joblib"))
    assert found.rows is None
    assert found.predictions is None
    assert found.schema.outputs["prediction"].type == "number"
    assert any("answer to each made-up row is missing" in note for note in found.notes)
