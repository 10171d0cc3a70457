"""Why a served model answers as it does, held against what R and scikit-learn themselves say of it."""

from __future__ import annotations

import json
import subprocess
from itertools import combinations
from math import factorial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anops
import joblib
import numpy as np
import pandas as pd
import pytest
from anops_control.r_client import write_package
from stack import Stack, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture(scope="module")
def cars() -> Iterator[Stack]:
    with serving(EXAMPLES / "mtcars-mpg", "--workers", "1") as stack:
        yield stack


def reference(name: str) -> pd.DataFrame:
    return pd.DataFrame(json.loads((EXAMPLES / name / "tests/reference.json").read_text())["rows"]["columns"])


def r(code: str) -> Any:
    done = subprocess.run(["Rscript", "--vanilla", "-e", code], capture_output=True, text=True, timeout=120, check=True)
    return json.loads(done.stdout)


def test_a_linear_model_in_r_is_explained_by_its_terms(cars: Stack) -> None:
    """What `predict(type = "terms")` tells of a row, less its mean over the reference rows."""
    rows = pd.DataFrame({"wt": [2.62, 5.3], "hp": [110.0, 300.0], "cyl": [6.0, 8.0]})
    with anops.Client(str(cars.client.base_url)) as client:
        told = client.explain(rows)
    code = f"""
    model <- readRDS("{EXAMPLES}/mtcars-mpg/model.rds")
    terms <- function(rows) predict(model, rows, type = "terms")
    compared <- jsonlite::fromJSON('{reference("mtcars-mpg").to_json(orient="records")}')
    rows <- jsonlite::fromJSON('{rows.to_json(orient="records")}')
    less <- colMeans(terms(compared))
    told <- list(terms = sweep(terms(rows), 2, less), start = mean(predict(model, compared)))
    cat(jsonlite::toJSON(told, digits = NA))
    """
    expected = r(code)
    np.testing.assert_allclose(told["contribution"], np.ravel(expected["terms"]), rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(told["baseline"], expected["start"][0], rtol=1e-8)
    assert list(told["column"]) == ["wt", "hp", "cyl"] * 2
    sums = told.groupby("row")["contribution"].sum() + told.groupby("row")["baseline"].first()
    np.testing.assert_allclose(sums, told.groupby("row")["prediction"].first(), rtol=1e-9)


def test_r_asks_why_as_python_does(cars: Stack, tmp_path: Path) -> None:
    file = write_package(tmp_path)
    install = f'install.packages("{file}", lib = "{tmp_path}", repos = NULL, type = "source")'
    subprocess.run(["Rscript", "--vanilla", "-e", install], check=True, capture_output=True, timeout=120)
    code = f"""
    library(anops, lib.loc = "{tmp_path}")
    rows <- data.frame(wt = c(2.62, 5.3), hp = c(110, 300), cyl = c(6, 8), row.names = c("a", "b"))
    told <- explain_remote("{cars.client.base_url}", rows, output = "upper", interval = "confidence")
    many <- explain_remote("{cars.client.base_url}", rows[rep(1:2, 51), ])
    none <- explain_remote("{cars.client.base_url}", rows[0, ])
    cat(jsonlite::toJSON(list(told = told, rows = nrow(many), none = names(none)), digits = NA))
    """
    found = r(code)
    rows = pd.DataFrame({"wt": [2.62, 5.3], "hp": [110.0, 300.0], "cyl": [6.0, 8.0]}, index=["a", "b"])
    with anops.Client(str(cars.client.base_url)) as client:
        expected = client.explain(rows, output="upper", interval="confidence")
    pd.testing.assert_frame_equal(pd.DataFrame(found["told"]), expected, rtol=1e-12, check_dtype=False)
    assert found["rows"] == [102 * 3]
    assert found["none"] == list(expected)


def test_a_classifier_is_explained_by_all_sets_of_columns() -> None:
    model = joblib.load(EXAMPLES / "iris-species" / "model.joblib")
    others = reference("iris-species")
    row = others.iloc[:1] * 0.9 + 0.4
    names = list(others)

    def value(taken: tuple[str, ...]) -> float:
        mixed = others.copy()
        for name in taken:
            mixed[name] = row[name].iloc[0]
        return float((model.predict(mixed) == model.predict(row)[0]).mean())

    expected = []
    for name in names:
        rest = [each for each in names if each != name]
        sets = [each for size in range(len(names)) for each in combinations(rest, size)]
        shares = [factorial(len(each)) * factorial(len(rest) - len(each)) / factorial(len(names)) for each in sets]
        expected.append(sum(s * (value((*each, name)) - value(each)) for s, each in zip(shares, sets, strict=True)))
    with (
        serving(EXAMPLES / "iris-species", "--workers", "1") as stack,
        anops.Client(str(stack.client.base_url)) as client,
    ):
        told = client.explain(row)
    np.testing.assert_allclose(told["contribution"], expected, atol=1e-12)
    assert set(told["prediction"]) == {model.predict(row)[0]}
    assert told["baseline"].iloc[0] + told["contribution"].sum() == pytest.approx(1)
