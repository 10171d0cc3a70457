from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Column, Frame
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_model_service_r.runtime import RRuntime

    Load = Callable[..., RRuntime]

ECHO = "predict_model <- function(model, newdata, ...) newdata"
SEEN = """
predict_model <- function(model, newdata, ...) {
  x <- newdata[[1]]
  data.frame(
    class = rep(paste(class(x), collapse = " "), nrow(newdata)),
    na = is.na(x), nan = if (is.numeric(x)) is.nan(x) else FALSE
  )
}
"""
INPUTS = {
    "größe (cm)": "number",
    "n.o": "integer",
    "ok": "boolean",
    "text": "string",
    "level": {"type": "category", "levels": ["lo", "hi", "été"], "ordered": True},
    "day": "date",
    "time": {"type": "datetime", "timezone": "Europe/Berlin"},
}
SHARED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def column(name: str, kind: Any, values: list[Any]) -> Column:
    if kind == "number":
        return Column(name, kind, np.array([math.nan if v is None else v for v in values], dtype=float))
    missing = np.array([value is None for value in values], dtype=bool)
    empty: Any = {"integer": 0, "boolean": False}.get(kind, "")
    dtype = {"integer": np.int64, "boolean": np.bool_}.get(kind, object)
    filled = np.array([empty if value is None else value for value in values], dtype=dtype)
    return Column(name, kind, filled, missing if missing.any() else None)


def values_of(column: Column) -> list[Any]:
    return [
        None if gone else value
        for value, gone in zip(column.values.tolist(), column.is_missing().tolist(), strict=True)
    ]


def one(kind: Any, values: list[Any], name: str = "x") -> Frame:
    return Frame((column(name, kind, values),), len(values))


TEXTS = st.text(st.characters(blacklist_characters="\x00", blacklist_categories=("Cs",)))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "größe (cm)": st.floats(allow_nan=False),
    "n.o": st.integers(1 - 2**31, 2**31 - 1),
    "ok": st.booleans(),
    "text": TEXTS,
    "level": st.sampled_from(["lo", "hi", "été"]),
    "day": st.dates().map(lambda day: day.isoformat()),
    "time": st.datetimes().map(lambda time: time.replace(microsecond=0).isoformat() + "Z"),
}


@SHARED
@given(rows=st.lists(st.fixed_dictionaries({k: st.none() | v for k, v in VALUES.items()}), min_size=1))
def test_every_value_comes_back_from_r_as_it_went_in(echo: RRuntime, rows: list[dict[str, Any]]) -> None:
    kinds = {name: kind if isinstance(kind, str) else kind["type"] for name, kind in INPUTS.items()}
    sent = Frame(tuple(column(name, kind, [row[name] for row in rows]) for name, kind in kinds.items()), len(rows))

    answered = echo.predict(sent, {}).frame

    assert answered.names() == sent.names()
    for before, after in zip(sent.columns, answered.columns, strict=True):
        assert after.type == before.type
        assert values_of(after) == values_of(before)


@pytest.fixture
def echo(load: Load) -> RRuntime:
    return load(code=ECHO, inputs=INPUTS)


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        ("number", [1.5, None], "numeric"),
        ("integer", [1, None], "integer"),
        ("integer", [2**31, None], "numeric"),
        ("integer", [-(2**31), None], "numeric"),
        ("boolean", [True, None], "logical"),
        ("string", ["a", None], "character"),
        ("category", ["lo", None], "ordered factor"),
        ("date", ["2024-02-29", None], "Date"),
        ("datetime", ["2024-02-29T12:00:00Z", None], "POSIXct POSIXt"),
    ],
)
def test_columns_have_the_classes_that_r_code_expects(load: Load, kind: str, values: list[Any], expected: str) -> None:
    spec: dict[str, Any] = {"type": kind}
    if kind == "category":
        spec |= {"levels": ["lo", "hi"], "ordered": True}
    runtime = load(code=SEEN, inputs={"x": spec})

    seen = runtime.predict(one(kind, values), {}).frame

    assert seen["class"].values.tolist() == [expected, expected]
    assert seen["na"].values.tolist() == [False, True]
    assert seen["nan"].values.tolist() == [False, False]


def test_infinities_pass_both_ways(load: Load) -> None:
    runtime = load(code=ECHO, inputs={"x": "number"})

    assert runtime.predict(one("number", [math.inf, -math.inf]), {}).frame["x"].values.tolist() == [
        math.inf,
        -math.inf,
    ]


def test_whole_number_beyond_doubles_is_refused_with_its_row(load: Load) -> None:
    runtime = load(code=ECHO, inputs={"x": "integer"})

    with pytest.raises(AnOpsError) as caught:
        runtime.predict(one("integer", [1, 2**53 + 1]), {})

    problem = caught.value.problem
    assert problem.code == Code.COLUMN_RANGE
    assert problem.faults[0].row == 2
    assert problem.message.startswith("Can't predict with model `cars`: column `x` must be a whole number up to 2^53")


def test_datetimes_are_in_the_time_zone_of_the_column(load: Load) -> None:
    runtime = load(
        code="predict_model <- function(model, newdata, ...) format(newdata$x, '%H:%M %Z')",
        inputs={"x": {"type": "datetime", "timezone": "Europe/Berlin"}},
    )

    answered = runtime.predict(one("datetime", ["2024-07-01T12:00:00Z"]), {}).frame

    assert answered["prediction"].values.tolist() == ["14:00 CEST"]


def test_a_hundred_thousand_rows_pass(load: Load) -> None:
    runtime = load(code=ECHO, inputs={"x": "number"})
    values = np.arange(100_000, dtype=float)

    answered = runtime.predict(Frame((Column("x", "number", values),), len(values)), {}).frame

    assert (answered["x"].values == values).all()


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_hundreds_of_numbers_among_other_columns_keep_their_places(load: Load, rows: int) -> None:
    inputs: dict[str, Any] = {f"n{i}": "number" for i in range(120)}
    inputs |= {"text": "string", "level": {"type": "category", "levels": ["lo", "hi"]}}
    inputs |= {f"m{i}": "number" for i in range(120)} | {"whole": "integer"}
    runtime = load(code=ECHO, inputs=inputs, outputs=inputs)
    columns = []
    for place, (name, spec) in enumerate(inputs.items()):
        kind = spec if isinstance(spec, str) else spec["type"]
        some: dict[str, list[Any]] = {"string": ["a", None, "b"], "category": ["hi", "lo", None]}
        values = some.get(kind, [place, None, place + 0.5 if kind == "number" else -place])[:rows]
        columns.append(column(name, kind, values))
    sent = Frame(tuple(columns), rows)

    answered = runtime.predict(sent, {}).frame

    assert answered.names() == sent.names()
    for before, after in zip(sent.columns, answered.columns, strict=True):
        assert values_of(after) == values_of(before)


def test_missing_among_hundreds_of_numbers_is_rs_own_na(load: Load) -> None:
    code = "predict_model <- function(model, newdata, ...) data.frame(na = is.na(newdata$n7), nan = is.nan(newdata$n7))"
    runtime = load(code=code, inputs={f"n{i}": "number" for i in range(200)})

    seen = runtime.predict(Frame(tuple(column(f"n{i}", "number", [1.0, None]) for i in range(200)), 2), {}).frame

    assert seen["na"].values.tolist() == [False, True]
    assert seen["nan"].values.tolist() == [False, False]
