"""A model gets its moments in the unit of its fit, or it is told that nothing says which that is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import joblib
import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from anops_model_interface.frames import Column, Frame
from anops_model_interface.schema import ColumnSpec
from anops_project.description import Source
from anops_worker.data_frames import to_pandas
from anops_worker.examine import main
from anops_worker.python_describe import describe
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.tree import DecisionTreeRegressor

if TYPE_CHECKING:
    from pathlib import Path

MOMENTS = pd.DataFrame({"at": pd.date_range("2026-01-01", periods=12, freq="7h")})
UNTOLD = "depend on the unit in which pandas holds the times of `at`"


def as_numbers(rows: pd.DataFrame) -> np.ndarray:
    return rows["at"].astype("int64").to_numpy().reshape(-1, 1)


def hours(rows: pd.DataFrame) -> np.ndarray:
    return rows["at"].dt.hour.to_numpy().reshape(-1, 1)


def saved(folder: Path, function: object, final: object) -> Path:
    rows = MOMENTS.assign(at=MOMENTS["at"].dt.as_unit("s"))
    joblib.dump(make_pipeline(FunctionTransformer(function), final).fit(rows, np.arange(12.0)), folder / "m.joblib")
    MOMENTS.to_csv(folder / "rows.csv", index=False)
    return folder / "m.joblib"


@pytest.mark.parametrize(
    ("function", "final", "told"),
    [
        (as_numbers, LinearRegression(), True),
        # which takes all nano- and microseconds for later than any second of its fit
        (as_numbers, DecisionTreeRegressor(random_state=0), True),
        (hours, LinearRegression(), False),
    ],
)
def test_a_unit_that_matters_and_that_nothing_tells_is_told(
    tmp_path: Path, function: object, final: object, *, told: bool
) -> None:
    found = describe(Source(artifact=saved(tmp_path, function, final), data=tmp_path / "rows.csv"))
    assert any(UNTOLD in note for note in found.notes) is told
    assert found.schema.inputs["at"].resolution is None


@pytest.mark.parametrize(("formula", "unit"), [("y ~ at.astype('int64')", "s"), ("y ~ at.dt.hour", None)])
def test_the_unit_of_the_rows_that_a_model_keeps_is_taken(tmp_path: Path, formula: str, unit: str | None) -> None:
    rows = MOMENTS.assign(at=MOMENTS["at"].dt.as_unit("s"), y=np.arange(12.0) % 5)
    fit = smf.ols(formula, rows).fit()
    fit.save(tmp_path / "fit.pickle")
    found = describe(Source(artifact=tmp_path / "fit.pickle"))
    assert found.schema.inputs["at"].resolution == unit
    assert found.own_fit is None
    assert found.predictions is not None
    assert set(np.round(found.predictions.columns[0].values, 6)) <= set(np.round(fit.fittedvalues, 6))


@pytest.mark.parametrize(("written", "told"), [("", ["at"]), (', resolution = "s"', [])])
def test_a_look_at_a_project_finds_it_until_the_unit_is_written(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], written: str, told: list[str]
) -> None:
    model = saved(tmp_path, as_numbers, LinearRegression())
    (tmp_path / "ao.toml").write_text(
        f'[project]\nname = "line"\nlanguage = "python"\n[model]\nartifact = "{model.name}"\n'
        f'[model.inputs]\nat = {{ type = "datetime"{written} }}\n[model.outputs]\nprediction = "number"\n'
    )
    (tmp_path / "tests").mkdir()
    rows = {"columns": {"at": ["2026-01-01T00:00:00Z", "2026-01-01T07:00:00Z"]}}
    (tmp_path / "tests" / "reference.json").write_text(json.dumps({"rows": rows}))
    assert main(["--project", str(tmp_path)]) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["units"] == told
    if written:
        assert found["reference"]["columns"]["prediction"] == pytest.approx([0.0, 1.0], abs=1e-6)


@pytest.mark.parametrize("kind", ["date", "datetime"])
@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_moments_have_the_unit_of_their_column(kind: str, unit: str) -> None:
    text = "2026-01-01" if kind == "date" else "2026-01-01T00:00:00Z"
    spec = ColumnSpec(type=kind, resolution=unit)  # type: ignore[arg-type]
    frame = Frame((Column("at", spec.type, np.array([text, ""], dtype=object), np.array([False, True])),), 2)
    moments = to_pandas(frame, {"at": spec})["at"]
    assert moments.dtype == f"datetime64[{unit}]"
    assert moments[0] == pd.Timestamp("2026-01-01")
    assert moments.isna()[1]
