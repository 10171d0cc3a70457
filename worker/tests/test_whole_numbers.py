"""Whole numbers reach a model in the type it was fitted with, where it tells 2 from 2.0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from anops_model_interface.frames import Column, Frame
from anops_project.description import Description, Source
from anops_worker.python_describe import describe
from anops_worker.python_describe.predictor import Predictor
from anops_worker.python_describe.rows import frame_of
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder

if TYPE_CHECKING:
    from pathlib import Path

RANDOM = np.random.default_rng(7)
DATA = pd.DataFrame(
    {"code": RANDOM.integers(1, 5, 80), "age": RANDOM.integers(18, 90, 80), "x": RANDOM.normal(size=80).round(3)}
)
TARGET = DATA.code.map({1: 0.0, 2: 5.0, 3: 1.0, 4: -3.0}) + 0.1 * DATA.age + DATA.x


def as_text(data: Any) -> Any:
    return data.astype(str)


def text_of_codes(handle_unknown: str) -> Any:
    texts = make_pipeline(FunctionTransformer(as_text), OneHotEncoder(handle_unknown=handle_unknown))
    return make_pipeline(ColumnTransformer([("code", texts, ["code"])], remainder="passthrough"), Ridge())


def described(model: object, folder: Path, data: pd.DataFrame | None = DATA) -> Description:
    joblib.dump(model, folder / "model.joblib")
    if data is not None:
        data.to_csv(folder / "rows.csv", index=False)
    return describe(Source(artifact=folder / "model.joblib", data=None if data is None else folder / "rows.csv"))


@pytest.mark.parametrize("data", [DATA, None], ids=["rows", "no rows"])
@pytest.mark.parametrize("handle_unknown", ["ignore", "error"])
def test_numbers_that_a_pipeline_makes_text_of_are_integers(
    tmp_path: Path, handle_unknown: str, data: pd.DataFrame | None
) -> None:
    model = text_of_codes(handle_unknown).fit(DATA, TARGET)
    found = described(model, tmp_path, data)
    assert {name: spec.type for name, spec in found.schema.inputs.items()} == {
        "code": "integer",
        "age": "number",
        "x": "number",
    }
    assert [note for note in found.notes if "tells 2 from 2.0 in `code`" in note]
    assert found.row_independent is True
    predictor = Predictor(model, None, "it", tmp_path)
    answer = predictor.predict(frame_of(DATA, found.schema.inputs), found.schema.inputs)
    np.testing.assert_allclose(answer["prediction"].values, model.predict(DATA), rtol=1e-12)


@pytest.mark.parametrize("handle_unknown", ["ignore", "error"])
def test_codes_that_no_made_up_row_has_are_integers_too(tmp_path: Path, handle_unknown: str) -> None:
    data = DATA.assign(place=1000 + DATA.age % 3)
    texts = make_pipeline(FunctionTransformer(as_text), OneHotEncoder(handle_unknown=handle_unknown))
    columns = ColumnTransformer([("codes", texts, ["code", "place"])], remainder="passthrough")
    model = make_pipeline(columns, Ridge()).fit(data[["code", "place", "x"]], TARGET)
    found = described(model, tmp_path, None)
    types = {name: spec.type for name, spec in found.schema.inputs.items()}
    assert types == {"code": "integer", "place": "integer", "x": "number"}


def test_numbers_that_are_numbers_to_the_model_may_have_decimals(tmp_path: Path) -> None:
    found = described(RandomForestRegressor(10, random_state=0).fit(DATA, TARGET), tmp_path)
    assert {spec.type for spec in found.schema.inputs.values()} == {"number"}
    assert not [note for note in found.notes if "2.0" in note]


def test_codes_that_a_formula_makes_text_of_are_integers(tmp_path: Path) -> None:
    model = smf.ols("y ~ C(code.astype(str)) + age", DATA.assign(y=TARGET)).fit()
    found = described(model, tmp_path, None)
    assert found.schema.inputs["code"].type == "integer"
    assert found.schema.inputs["age"].type == "number"
    assert found.predictions is not None


def test_a_missing_whole_number_changes_no_other_row(tmp_path: Path) -> None:
    model = text_of_codes("ignore").fit(DATA, TARGET)
    inputs = described(model, tmp_path).schema.inputs
    gap = np.arange(len(DATA)) == 3
    rows = Frame(
        tuple(
            Column(c.name, c.type, c.values, gap if c.name == "code" else None) for c in frame_of(DATA, inputs).columns
        ),
        len(DATA),
    )
    answer = Predictor(model, None, "it", tmp_path).predict(rows, inputs)["prediction"].values
    np.testing.assert_allclose(answer[~gap], model.predict(DATA)[~gap], rtol=1e-12)
    alone = model.predict(DATA[gap].astype({"code": float}).assign(code=np.nan))
    np.testing.assert_allclose(answer[gap], alone, rtol=1e-12)


def test_rows_that_a_model_answers_by_chance_tell_nothing(tmp_path: Path) -> None:
    code = tmp_path / "model.py"
    code.write_text(
        "import numpy as np\n\n\ndef predict_model(model, data):\n    return np.random.random(len(data))\n", "utf-8"
    )
    DATA.to_csv(tmp_path / "rows.csv", index=False)
    found = describe(Source(code=code, data=tmp_path / "rows.csv"))
    assert {spec.type for spec in found.schema.inputs.values()} == {"number"}
