from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from anops_model_interface.frames import Column, Frame
from anops_model_interface.schema import Schema
from anops_model_interface.validation import validate_frame
from anops_worker.examining.trial_rows import LEAST_ROWS, MOST_ROWS, trial_rows


def schema(**inputs: Any) -> Schema:
    return Schema.of({"inputs": inputs}).resolved(missing="error")


EVERY_TYPE = schema(
    wt={"type": "number", "seen": [1.5, 5.4]},
    age={"type": "integer", "min": 18, "max": 99},
    cyl={"type": "number", "values": [4, 6, 8]},
    gear={"type": "category", "levels": ["auto", "manual", "other"]},
    new={"type": "boolean", "missing": "allow"},
    note={"type": "string"},
    sold={"type": "date"},
    at={"type": "datetime"},
)


def numbers(*values: float, name: str = "x") -> Frame:
    return Frame((Column(name, "number", np.array(values, dtype=float)),), len(values))


def test_there_are_enough_rows_and_all_fit_the_schema() -> None:
    rows = trial_rows(EVERY_TYPE)
    assert LEAST_ROWS <= rows.rows <= MOST_ROWS
    checked, warnings = validate_frame(rows, EVERY_TYPE)
    assert checked.names() == tuple(EVERY_TYPE.inputs)
    assert warnings == ()


def test_every_level_extreme_and_missing_value_is_shown() -> None:
    rows = trial_rows(EVERY_TYPE)
    assert set(rows["gear"].values) == {"auto", "manual", "other"}
    assert set(rows["cyl"].values) == {4, 6, 8}
    assert (rows["wt"].values.min(), rows["wt"].values.max()) == (1.5, 5.4)
    assert (rows["age"].values.min(), rows["age"].values.max()) == (18, 99)
    assert rows["new"].is_missing().any()
    assert not rows["wt"].is_missing().any()


def test_some_rows_are_there_twice() -> None:
    columns = [column.values.tolist() for column in trial_rows(EVERY_TYPE).columns]
    rows = list(zip(*columns, strict=True))
    assert len(set(rows)) < len(rows)


def test_real_rows_come_first_and_give_the_range() -> None:
    rows = trial_rows(schema(x="number"), [numbers(20.0, 30.0)])
    assert rows["x"].values[:2].tolist() == [20.0, 30.0]
    assert rows["x"].values.min() == 20.0
    assert rows["x"].values.max() == 30.0


def test_real_rows_that_do_not_fit_are_left_out() -> None:
    real = [numbers(4.0, 5.0), numbers(4.0, name="other")]
    assert set(trial_rows(schema(x={"type": "number", "values": [4, 6]}), real)["x"].values) == {4.0, 6.0}


def test_the_same_schema_gives_the_same_rows() -> None:
    one, other = trial_rows(EVERY_TYPE), trial_rows(EVERY_TYPE)
    assert all(np.array_equal(a.values, b.values) for a, b in zip(one.columns, other.columns, strict=True))


@pytest.mark.parametrize("columns", [0, 300])
def test_a_model_with_no_or_many_columns_gets_rows_too(columns: int) -> None:
    rows = trial_rows(schema(**{f"x{i}": "number" for i in range(columns)}))
    assert LEAST_ROWS <= rows.rows <= MOST_ROWS
    assert len(rows.columns) == columns


def test_a_column_of_very_many_levels_does_not_make_endless_rows() -> None:
    levels = [f"level {i}" for i in range(1000)]
    assert trial_rows(schema(g={"type": "category", "levels": levels})).rows <= MOST_ROWS


def test_some_rows_miss_several_values_at_once() -> None:
    gappy = {name: {"type": "integer", "missing": "allow"} for name in "abc"}
    rows = trial_rows(schema(**gappy, x="number"))
    gaps = np.column_stack([rows[name].is_missing() for name in "abc"]).sum(axis=1)
    assert {0, 1, 2} <= set(gaps.tolist())


def test_thousands_of_columns_get_the_fewest_rows() -> None:
    rows = trial_rows(schema(**{f"x{i}": {"type": "number", "missing": "allow"} for i in range(3600)}))
    assert rows.rows == LEAST_ROWS
