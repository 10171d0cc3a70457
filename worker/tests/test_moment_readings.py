"""Columns of example rows that look like moments are read as the model takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import joblib
import numpy as np
import pandas as pd
import pytest
from anops_model_interface.errors import AnOpsError
from anops_project.description import Source
from anops_worker.python_describe import describe
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

if TYPE_CHECKING:
    from pathlib import Path

    from anops_project.description import Description


def year_of_text(rows: pd.DataFrame) -> np.ndarray:
    return np.array([[int(text[:4])] for text in rows["at"]])


def hour_in_berlin(rows: pd.DataFrame) -> np.ndarray:
    return rows["at"].dt.tz_convert("Europe/Berlin").dt.hour.to_numpy().reshape(-1, 1)


def hour(rows: pd.DataFrame) -> np.ndarray:
    return rows["at"].dt.hour.to_numpy().reshape(-1, 1)


def hours_of_duration(rows: pd.DataFrame) -> np.ndarray:
    return (rows["at"].dt.total_seconds() / 3600).to_numpy().reshape(-1, 1)


def described(function: object, rows: pd.DataFrame, folder: Path) -> Description:
    model = make_pipeline(FunctionTransformer(function), LinearRegression()).fit(rows, np.arange(len(rows)))
    joblib.dump(model, folder / "model.joblib")
    rows.to_csv(folder / "rows.csv", index=False)
    return describe(Source(artifact=folder / "model.joblib", data=folder / "rows.csv"))


MOMENTS = pd.Series(pd.to_datetime(["2024-01-31 23:30", "2025-06-30 12:00", "2026-10-27 01:15"]), name="at")


@pytest.mark.parametrize(
    ("function", "values", "read", "note"),
    [
        (year_of_text, MOMENTS.dt.strftime("%Y-%m-%d"), ("string", None), "takes the texts"),
        (hour_in_berlin, MOMENTS.dt.tz_localize("UTC"), ("datetime", "UTC"), "without a time zone"),
        (hour, MOMENTS, ("datetime", None), None),
    ],
)
def test_moments_are_read_as_the_model_takes_them(
    tmp_path: Path, function: object, values: pd.Series, read: tuple[str, str | None], note: str | None
) -> None:
    found = described(function, values.to_frame("at"), tmp_path)
    assert (found.schema.inputs["at"].type, found.schema.inputs["at"].timezone) == read
    assert found.predictions is not None
    assert any("The model fails on" in told for told in found.notes) == (note is not None)
    assert note is None or any(note in told for told in found.notes)


def test_what_no_file_of_rows_holds_is_told_with_what_to_write(tmp_path: Path) -> None:
    rows = pd.DataFrame({"at": pd.to_timedelta([1, 5, 9], unit="h")})
    with pytest.raises(AnOpsError) as caught:
        described(hours_of_duration, rows, tmp_path)
    assert (caught.value.problem.remedy or "").startswith("Check that rows.csv has what the model was fitted on.")
