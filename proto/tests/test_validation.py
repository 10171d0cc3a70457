"""The schema's contract holds, its policies are applied, and faults are named all at once."""

from __future__ import annotations

import math

import numpy as np
import pytest
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Column, Frame, Warn
from anops_model_interface.schema import Schema
from anops_model_interface.validation import validate_frame


def text(name: str, values: list[str | None]) -> Column:
    array = np.array([value or "" for value in values], dtype=object)
    missing = np.array([value is None for value in values])
    return Column(name, "category", array, missing if missing.any() else None)


def number(name: str, *values: float) -> Column:
    return Column(name, "number", np.array(values, dtype=float))


def schema(**columns: object) -> Schema:
    return Schema.of({"inputs": columns}).resolved(missing="error")


def test_columns_come_in_the_schemas_order_and_others_are_ignored_with_a_warning() -> None:
    frame = Frame((number("x", 1), number("b", 2), number("a", 3)), 1)
    checked, warnings = validate_frame(frame, schema(a="number", b="number"))
    assert checked.names() == ("a", "b")
    assert [warning.message for warning in warnings] == ["Column `x` was ignored: the model does not use it."]


def test_all_faults_come_together_with_row_and_column() -> None:
    frame = Frame((number("hp", -1, 2, math.nan), text("gear", ["auto", "fly", "auto"])), 3)
    contract = schema(hp={"type": "number", "min": 0}, gear={"type": "category", "levels": ["auto"]}, wt="number")
    with pytest.raises(AnOpsError) as caught:
        validate_frame(frame, contract, model="cars")
    problem = caught.value.problem
    assert [(fault.code, fault.column, fault.row) for fault in problem.faults] == [
        (Code.COLUMN_MISSING, "wt", None),
        (Code.COLUMN_RANGE, "hp", 1),
        (Code.VALUE_MISSING, "hp", 3),
        (Code.COLUMN_LEVEL, "gear", 2),
    ]
    assert problem.faults[3].expected == "one of auto"
    assert problem.faults[3].received == '"fly"'


def test_at_most_five_faults_are_named_and_the_rest_counted() -> None:
    frame = Frame((number("hp", *[-1.0] * 100_000),), 100_000)
    with pytest.raises(AnOpsError) as caught:
        validate_frame(frame, schema(hp={"type": "number", "min": 0}))
    assert len(caught.value.problem.faults) == 5
    assert caught.value.problem.more == 99_995


def test_a_number_used_as_a_factor_has_allowed_values() -> None:
    with pytest.raises(AnOpsError, match="column `cyl` must be one of 4, 6, 8; row 2 is 5"):
        validate_frame(Frame((number("cyl", 4, 5),), 2), schema(cyl={"type": "number", "values": [4, 6, 8]}))


def test_a_missing_value_is_replaced_where_the_policy_says_so_and_told() -> None:
    contract = schema(hp={"type": "number", "missing": 100.0})
    checked, warnings = validate_frame(Frame((number("hp", 1, math.nan),), 2), contract)
    assert checked["hp"].values.tolist() == [1.0, 100.0]
    assert warnings[0].rows == (2,)
    assert warnings[0].message == "Column `hp` was missing, taken as `100` in 1 row."


@pytest.mark.parametrize(
    ("novel", "values", "missing"),
    [("missing", ["a", "", ""], [False, True, True]), ("b", ["a", "b", ""], [False, False, True])],
)
def test_a_new_level_follows_its_policy(novel: str, values: list[str], missing: list[bool]) -> None:
    contract = schema(g={"type": "category", "levels": ["a", "b"], "novel": novel, "missing": "allow"})
    checked, warnings = validate_frame(Frame((text("g", ["a", "zzz", None]),), 3), contract)
    assert checked["g"].values.tolist() == values
    assert checked["g"].is_missing().tolist() == missing
    assert warnings[0].rows == (2,)


def test_an_empty_text_is_a_new_level_unless_it_is_missing() -> None:
    with pytest.raises(AnOpsError, match='row 1 is ""'):
        validate_frame(
            Frame((Column("g", "category", np.array([""], dtype=object)),), 1),
            schema(g={"type": "category", "levels": ["a"]}),
        )


def test_a_column_that_is_missing_is_suggested_by_its_nearest_name() -> None:
    with pytest.raises(AnOpsError, match=r"column `Sepal\.Length` is missing; is `Sepal_Length` meant to be it\?"):
        validate_frame(Frame((number("Sepal_Length", 1),), 1), schema(**{"Sepal.Length": "number"}))


def test_a_value_outside_what_was_seen_is_answered_with_a_warning_that_names_its_row() -> None:
    contract = schema(wt={"type": "number", "seen": [1.513, 5.424]})
    checked, warnings = validate_frame(Frame((number("wt", 2, 5.424, 9.1),), 3), contract)
    assert checked["wt"].values.tolist() == [2, 5.424, 9.1]
    assert warnings == (
        Warn(
            "column `wt`: row 3 is 9.1; the model was fitted on 1.513 to 5.424. This is extrapolation.",
            column="wt",
            rows=(3,),
            kind="extrapolation",
            count=1,
        ),
    )


@pytest.mark.parametrize("low", [-17.123456789012345, 0.1 + 0.2])
def test_an_end_of_the_range_as_r_writes_it_is_no_extrapolation(low: float) -> None:
    high = 2 / 3
    contract = schema(x={"type": "number", "seen": [low, high]})
    ends = [float(f"{end:.15g}") for end in (low, high)]  # 15 digits, as write.csv() has them
    assert ends != [low, high]
    assert validate_frame(Frame((number("x", *ends),), 2), contract)[1] == ()
    assert len(validate_frame(Frame((number("x", low - 1e-9, high + 1e-9),), 2), contract)[1]) == 1


def test_one_warning_a_column_shows_five_rows_and_names_twenty() -> None:
    contract = schema(n={"type": "integer", "seen": [0, 3]})
    column = Column("n", "integer", np.arange(-30, 10_000))
    _, warnings = validate_frame(Frame((column,), 10_030), contract)
    assert warnings[0].message == (
        "column `n`: row 1 is -30, row 2 is -29, row 3 is -28, row 4 is -27, row 5 is -26 and 10021 more rows are "
        "outside; the model was fitted on 0 to 3. This is extrapolation."
    )
    assert warnings[0].rows == tuple(range(1, 21))


def test_what_is_missing_is_no_extrapolation() -> None:
    contract = schema(
        x={"type": "number", "seen": [1, 2], "missing": 50.0},
        n={"type": "integer", "seen": [1, 2], "missing": "allow"},
    )
    integers = Column("n", "integer", np.array([0, 1]), np.array([True, False]))
    _, warnings = validate_frame(Frame((number("x", math.nan, 1), integers), 2), contract)
    assert [warning.message for warning in warnings] == ["Column `x` was missing, taken as `50` in 1 row."]


@pytest.mark.parametrize("value", [0.0, math.nan, 1.0, 2.5])
def test_a_single_row_is_warned_of_like_many(value: float) -> None:
    contract = schema(x={"type": "number", "seen": [1, 2], "missing": "allow"})
    _, one = validate_frame(Frame((number("x", value),), 1), contract)
    _, two = validate_frame(Frame((number("x", value, 1.5),), 2), contract)
    assert one == two
    assert bool(one) == (value in {0.0, 2.5})


def test_dates_and_datetimes_are_compared_as_moments() -> None:
    contract = schema(
        day={"type": "date", "seen": ["2026-01-01", "2026-01-31"]},
        at={"type": "datetime", "timezone": "Europe/Berlin", "seen": ["2026-01-01T00:00:00", "2026-01-31T00:00:00"]},
    )
    days = Column("day", "date", np.array(["2026-01-31", "2026-02-01"], dtype=object))
    at = Column("at", "datetime", np.array(["2025-12-31T22:59:59Z", "2026-01-30T23:00:00.5Z"], dtype=object))
    _, warnings = validate_frame(Frame((days, at), 2), contract)
    assert [warning.message for warning in warnings] == [
        "column `day`: row 2 is 2026-02-01; the model was fitted on 2026-01-01 to 2026-01-31. This is extrapolation.",
        (
            "column `at`: row 1 is 2025-12-31T22:59:59Z; the model was fitted on 2026-01-01T00:00:00 to "
            "2026-01-31T00:00:00. This is extrapolation."
        ),
    ]


def test_a_new_level_reaches_a_model_that_has_its_own_way_with_it() -> None:
    spec = {"type": "category", "levels": ["a", "b"], "novel": "allow"}
    schema = Schema.of({"inputs": {"kind": spec}}).resolved(missing="error")
    frame = Frame((Column("kind", "category", np.array(["b", "new"], dtype=object)),), 2)
    checked, warnings = validate_frame(frame, schema)
    assert checked["kind"].values.tolist() == ["b", "new"]
    assert warnings == ()
