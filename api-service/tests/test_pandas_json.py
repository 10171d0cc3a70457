"""Whatever pandas writes is understood, or refused with a line that works."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from anops_api_service.bodies.json_body import JsonBody
from anops_api_service.bodies.pandas_json import LINE
from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.schema import Schema

if TYPE_CHECKING:
    from anops_api_service.sent import Decoded

FRAME = pd.DataFrame({"wt": [2.6, None], "g": ["a", "b"]}, index=["Mazda", "Datsun"])
SCHEMA = Schema.of(
    {"inputs": {"wt": {"type": "number", "missing": "allow"}, "g": "string"}, "options": {"level": "number"}}
)
ORIENTS = ["columns", "records", "split", "index", "table"]


def read(body: object) -> Decoded:
    return JsonBody(SCHEMA).take(json.dumps(body).encode()).read()


def assert_read(decoded: Decoded) -> None:
    assert decoded.frame["g"].values.tolist() == ["a", "b"]
    assert str(decoded.frame["wt"].values.tolist()) == "[2.6, nan]"
    assert decoded.warnings == ()


@pytest.mark.parametrize("orient", ORIENTS)
def test_what_to_json_writes_is_read_as_data(orient: Any) -> None:
    data = json.loads(FRAME.to_json(orient=orient))
    if orient != "table":  # a frame with its schema stands for the whole body
        assert_read(read({"data": data}))
        assert read({"data": data, "options": {"level": 0.9}}).options == {"level": 0.9}


@pytest.mark.parametrize("orient", [orient for orient in ORIENTS if orient != "index"])
def test_what_to_json_writes_is_read_as_the_body(orient: Any) -> None:
    assert_read(JsonBody(SCHEMA).take(FRAME.to_json(orient=orient).encode()).read())


@pytest.mark.parametrize("orient", ["dict", "list", "split", "tight", "records", "index"])
def test_what_to_dict_makes_is_read_as_data(orient: Any) -> None:
    assert_read(read({"data": FRAME.astype(object).where(FRAME.notna(), None).to_dict(orient)}))


def test_columns_whose_labels_have_another_order_are_matched_by_label() -> None:
    assert_read(read({"data": {"wt": {"x": 2.6, "y": None}, "g": {"y": "b", "x": "a"}}}))


def test_other_columns_beside_are_ignored_with_a_warning() -> None:
    [warning] = read({"data": json.loads(FRAME.assign(extra=1).to_json())}).warnings
    assert warning.column == "extra"


@pytest.mark.parametrize(
    "body",
    [
        {"data": FRAME.to_json()},
        FRAME.to_json(),
        {"data": [[2.6, "a"], [3.1, "b"]]},
        [[2.6, "a"]],
        {"data": {"wt": {"0": 2.6, "1": 3.1}, "g": {"0": "a"}}},
        {"columns": ["wt", "g"], "data": [[2.6]]},
        {"columns": ["wt", "wt"], "data": [[2.6, 1]]},
        {"columns": ["wt", "g"], "data": {"0": 1}},
    ],
    ids=str,
)
def test_what_is_not_plain_is_refused_with_a_line_that_works(body: object) -> None:
    with pytest.raises(AnOpsError) as caught:
        read(body)
    assert caught.value.problem.code is Code.BODY_SHAPE
    assert caught.value.problem.remedy == LINE
    assert_read(read({"data": json.loads(FRAME.to_json(orient="records", date_format="iso"))}))


@pytest.mark.parametrize("body", [{"wt": 2.6, "g": "a"}, {"data": {"wt": 2.6, "g": "a"}}, {"rows": []}, 3, None, {}])
def test_other_bodies_are_refused_as_before(body: object) -> None:
    with pytest.raises(AnOpsError) as caught:
        read(body)
    assert caught.value.problem.code is Code.BODY_SHAPE


def test_a_column_called_data_or_columns_stays_a_column() -> None:
    schema = Schema.of({"inputs": {"columns": "number", "data": "number"}})
    body = json.dumps({"data": {"columns": [1.5], "data": [2.5]}}).encode()
    assert JsonBody(schema).take(body).read().frame["data"].values.tolist() == [2.5]


def test_milliseconds_for_a_moment_are_refused_with_the_way_to_write_it() -> None:
    schema = Schema.of({"inputs": {"at": "datetime", "day": "date"}})
    frame = pd.DataFrame({"at": pd.to_datetime(["2026-01-01 10:00"]), "day": pd.to_datetime(["2026-01-01"])})
    with pytest.raises(AnOpsError) as caught:
        JsonBody(schema).read(json.dumps({"data": [{"at": 1767261600000, "day": 1767225600000}]}).encode())
    assert 'date_format="iso"' in str(caught.value.problem.remedy)
    read_again = JsonBody(schema).read(frame.to_json(orient="records", date_format="iso").encode()).frame
    assert read_again["at"].values.tolist() == ["2026-01-01T10:00:00Z"]
    assert read_again["day"].values.tolist() == ["2026-01-01"]
