from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Column, Frame
from anops_model_interface.schema import Schema
from anops_worker.examining.independence import independence_of
from anops_worker.examining.trial_rows import trial_rows
from scipy.stats import rankdata

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SCHEMA = Schema.of({"inputs": {"x": {"type": "number", "seen": [0.0, 10.0]}}}).resolved(missing="error")
ROWS = trial_rows(SCHEMA)
RANDOM = np.random.default_rng(1)


def model(function: Callable[[np.ndarray], Any]) -> Callable[[Frame, Mapping[str, object]], Frame]:
    def predict(frame: Frame, _: Mapping[str, object]) -> Frame:
        try:
            answer = np.asarray(function(frame["x"].values))
        except ValueError as error:
            raise AnOpsError(Code.MODEL_FAILED, f"It failed: {error}") from error
        kind = "number" if answer.dtype.kind == "f" else "string"
        values = answer if kind == "number" else answer.astype(object)
        return Frame((Column("prediction", kind, values),), frame.rows)  # type: ignore[arg-type]

    return predict


def alone_or_scaled(x: np.ndarray) -> np.ndarray:
    return x if len(x) == 1 else (x - x.mean()) / x.std()


def refuses(x: np.ndarray, limit: int) -> np.ndarray:
    if len(x) < limit:
        raise ValueError("too few rows")
    return x * 1.0


def relabelled(x: np.ndarray) -> np.ndarray:
    """Clusters that are numbered in the order in which they come, as a refitted k-means numbers them."""
    group = (x > 5).astype(int)
    return (group != group[0]).astype(float)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x * 2.0,
        lambda x: np.where(x > 5, "high", "low"),
        lambda x: np.full(len(x), np.nan),
        lambda x: x * (1 + 1e-9 * len(x)),
        lambda x: np.where(x > 5, 1e9, len(x) * 1e-9),
        lambda x: np.where(x > 5, np.inf, -np.inf),
    ],
    ids=["line", "classes", "always missing", "rounding", "cancelled to nothing", "infinite"],
)
def test_rows_on_their_own_are_found_independent(function: Callable[[np.ndarray], Any]) -> None:
    found = independence_of(ROWS, model(function))
    assert found.independent is True
    assert (found.rows, found.singles, found.example) == (ROWS.rows, ROWS.rows, None)


@pytest.mark.parametrize(
    ("function", "beside"),
    [
        (lambda x: x - x.mean(), "without half of the others"),
        (alone_or_scaled, "without half of the others"),
        (rankdata, "without half of the others"),
        (np.cumsum, "in another order"),
        (lambda x: (x > np.quantile(x, 0.5)).astype(float), "without half of the others"),
        (lambda x: np.arange(len(x)) * 1.0, "in another order"),
        (relabelled, "without half of the others"),
        (lambda x: x + RANDOM.normal(size=len(x)), "once more"),
        (lambda x: refuses(x, 2), "alone"),
    ],
    ids=["mean", "scale, but not alone", "rank", "cumsum", "quantile", "position", "clusters", "random", "fails alone"],
)
def test_rows_that_depend_on_others_are_found_with_an_example(
    function: Callable[[np.ndarray], Any], beside: str
) -> None:
    found = independence_of(ROWS, model(function))
    assert found.independent is False
    assert found.example is not None
    assert found.example.beside == beside
    assert found.example.failure or found.example.in_batch != found.example.otherwise


def test_chance_that_seldom_decides_is_no_dependence_and_is_told_of_the_reference_rows() -> None:
    found = independence_of(ROWS, model(lambda x: x + (RANDOM.random(len(x)) < 0.5 / len(x))))
    assert found.by_chance
    (told,) = found.notes()
    assert told.startswith("The predictions are not the same each time. The row (x = ")
    assert told.endswith("of the reference rows, only columns, types and number of the predictions are compared.")


def test_dependence_on_other_rows_is_not_chance() -> None:
    found = independence_of(ROWS, model(lambda x: x - x.mean()))
    assert found.example is not None
    assert not found.by_chance


def test_the_example_names_the_row_and_both_answers() -> None:
    found = independence_of(ROWS, model(lambda x: refuses(x, 2)))
    assert found.example is not None
    assert found.example.sentence() == (
        "The row (x = 0) is answered among 64 rows, and fails alone: It failed: too few rows"
    )


def test_rows_that_the_model_refuses_wherever_they_stand_tell_nothing() -> None:
    def logarithm(x: np.ndarray) -> np.ndarray:
        if (x <= 1).any():
            raise ValueError("must be greater than 1")
        return np.log(x)

    found = independence_of(ROWS, model(logarithm))
    assert found.independent is True
    assert 0 < found.rows < ROWS.rows


def test_a_model_that_refuses_every_row_can_not_be_tested() -> None:
    found = independence_of(ROWS, model(lambda x: refuses(x, 1000)))
    assert found.independent is None
    assert found.failure == "It failed: too few rows"


def test_a_single_row_that_is_answered_tells_nothing() -> None:
    values, counts = np.unique(ROWS["x"].values, return_counts=True)
    only = values[counts == 1][0]

    def one_row(x: np.ndarray) -> np.ndarray:
        if (x != only).any():
            raise ValueError("another row, please")
        return x * 1.0

    found = independence_of(ROWS, model(one_row))
    assert found.independent is None
    assert found.failure == "It failed: another row, please"


def test_a_batch_that_fails_where_each_row_alone_is_answered_is_dependent() -> None:
    def one_by_one(x: np.ndarray) -> np.ndarray:
        if len(x) > 1:
            raise ValueError("one row, please")
        return x * 1.0

    found = independence_of(ROWS, model(one_by_one))
    assert found.independent is False
    assert found.example is not None
    assert found.example.sentence().endswith("is answered alone, and fails among 64 rows: It failed: one row, please")


def test_a_dependence_that_shows_with_an_option_only_is_found() -> None:
    def predict(frame: Frame, options: Mapping[str, object]) -> Frame:
        x = frame["x"].values
        return Frame((Column("prediction", "number", x - x.mean() if options.get("centred") else x),), frame.rows)

    assert independence_of(ROWS, predict).independent is True
    found = independence_of(ROWS, predict, [{}, {"centred": True}])
    assert found.independent is False
    assert found.example is not None
    assert found.example.options == {"centred": True}


def test_a_model_that_needs_a_batch_without_missing_values_is_found_too() -> None:
    def clusters(x: np.ndarray) -> np.ndarray:
        if len(x) < 3 or np.isnan(x).any():
            raise ValueError("no clusters")
        return (x > x.mean()).astype(float)

    schema = replace(SCHEMA, inputs={"x": replace(SCHEMA.inputs["x"], missing="allow")})
    rows = trial_rows(schema)
    assert rows["x"].is_missing().any()
    assert independence_of(rows, model(clusters)).independent is False


@pytest.mark.parametrize("seed", range(8))
def test_a_tie_that_a_coin_decides_is_chance_however_often_it_falls_alike(seed: int) -> None:
    coin = np.random.default_rng(seed)

    def tied(x: np.ndarray) -> np.ndarray:
        return np.where(x == ROWS["x"].values.max(), coin.integers(2), 0.0)

    found = independence_of(ROWS, model(tied))
    assert found.example is not None
    assert found.example.beside == "once more"
