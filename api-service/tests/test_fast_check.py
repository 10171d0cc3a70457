"""A fast check says nothing that a closer look would not, and finds nothing wrong only where nothing is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from anops_api_service.bodies.fast_check import FastCheck
from anops_api_service.bodies.json_body import JsonBody
from anops_model_interface.errors import AnOpsError
from anops_model_interface.schema import Schema
from hypothesis import given
from hypothesis import strategies as st

SCHEMA = Schema.of(
    {
        "inputs": {
            "wt": {"type": "number", "min": 0, "max": 10, "missing": "allow"},
            "hp": {"type": "number", "seen": [52, 335], "missing": "error"},
            "cyl": {"type": "number", "values": [4, 6, 8], "missing": "error"},
            "gear": {"type": "category", "levels": ["auto", "manual"], "missing": "allow"},
            "note": {"type": "string", "missing": "error"},
            "n": {"type": "integer", "seen": [0, 100], "missing": "error"},
            "old": {"type": "boolean", "missing": "allow"},
        }
    }
)
ROW = (2.5, 110.0, 6.0, "auto", "ä", 7, True)

ROWS = st.tuples(
    st.sampled_from([2.5, 0.0, -0.0, 10.0, 10.5, -1.0, None, "Inf", 2.0**53]),
    st.sampled_from([52.0, 335.0, 335.5, None, "-Inf", -(2.0**53)]),
    st.sampled_from([4.0, 6.0, 5.0, None]),
    st.sampled_from(["auto", "manual", "other", None]),
    st.sampled_from(["", "x", None]),
    st.sampled_from([0, 100, 101, 5.0, 5.5, None, 2**53 + 1, 2**63 - 1, 2**63]),
    st.sampled_from([True, False, None]),
)


@given(st.lists(st.one_of(st.just(ROW), ROWS), min_size=1, max_size=6))
def test_it_is_content_only_where_a_closer_look_is(rows: list[tuple[Any, ...]]) -> None:
    fast = FastCheck(SCHEMA).frame(rows)
    body = json.dumps({"data": [dict(zip(SCHEMA.inputs, row, strict=True)) for row in rows]}).encode()
    try:
        read = JsonBody(SCHEMA).read(body)
    except AnOpsError:
        assert fast is None
        return
    if fast is not None:
        assert not read.warnings
        assert [column.values.tolist() for column in fast.columns] == [
            column.values.tolist() for column in read.frame.columns
        ]
        assert [(c.name, c.type) for c in fast.columns] == [(c.name, c.type) for c in read.frame.columns]


def test_it_sees_rows_in_order_at_once() -> None:
    frame = FastCheck(SCHEMA).frame([ROW, ROW])
    assert frame is not None
    assert frame["hp"].values.tolist() == [110.0, 110.0]
    assert frame["gear"].values.tolist() == ["auto", "auto"]


@pytest.mark.parametrize("inputs", [{}, {"day": "date"}, {"at": "datetime", "x": "number"}])
def test_other_columns_are_left_to_closer_looks(inputs: dict[str, str]) -> None:
    assert not FastCheck(Schema.of({"inputs": inputs})).possible
