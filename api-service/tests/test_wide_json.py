"""Rows of very many columns are read by name, and say just what the closest look would say of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from anops_api_service.bodies.json_body import MOST_FIELDS, JsonBody
from anops_api_service.bodies.json_faults import read_slowly
from anops_api_service.bodies.small_json import SmallJson
from anops_api_service.sent import Decoded
from anops_model_interface.errors import AnOpsError
from anops_model_interface.number_block import NumberBlock
from anops_model_interface.requests import Request, decode_checked_request, decode_request
from anops_model_interface.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Callable


NAMES = [f"gene{i}" for i in range(MOST_FIELDS + 1)]
NUMBERS = Schema.of({"inputs": {name: {"type": "number", "seen": [0, 9], "missing": "error"} for name in NAMES}})
KINDS = {
    "count": {"type": "integer", "max": 100, "missing": "error"},
    "smoker": {"type": "boolean", "missing": "allow"},
    "note": {"type": "string", "missing": "error"},
    "stage": {"type": "category", "levels": ["I", "II"], "missing": "error"},
    "day": {"type": "date", "missing": "error"},
    "dose": {"type": "number", "values": [1, 2], "missing": "error"},
    "gap": {"type": "number", "missing": "allow"},
    "filled": {"type": "number", "missing": 3, "infinite": "error"},
}
MIXED = Schema.of({"inputs": {**{name: {"type": "number", "missing": "error"} for name in NAMES}, **KINDS}})
ROW: dict[str, Any] = dict.fromkeys(NAMES, 1.5)
MIXED_ROW = ROW | {
    "count": 3, "smoker": True, "note": "a:b", "stage": "II", "day": "2026-11-29", "dose": 2, "gap": 0.5, "filled": 1.0,
}  # fmt: skip

READERS = {True: JsonBody(NUMBERS, "m"), False: JsonBody(MIXED, "m")}

CHANGES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "nothing": lambda row: row,
    "another order": lambda row: dict(reversed(row.items())),
    "a whole number": lambda row: row | {"gene3": 4},
    "a column of the caller's": lambda row: row | {"id": {"of": [1]}},
    "a column less": lambda row: {name: value for name, value in row.items() if name != "gene7"},
    "another column": lambda row: {("gen7" if name == "gene7" else name): value for name, value in row.items()},
    "outside": lambda row: row | {"gene5": 12.0, "gene9": -1.0},
    "missing": lambda row: (
        row | {"gene5": None, "gap": None, "filled": None} if "gap" in row else row | {"gene5": None}
    ),
    "only filled": lambda row: row | {"filled": None} if "filled" in row else row,
    "an infinity": lambda row: row | {"gene5": "Inf"},
    "an infinity where none may be": lambda row: row | {"filled": "-Inf"} if "filled" in row else row,
    "text": lambda row: row | {"gene5": "1.5"},
    "truth": lambda row: row | {"gene5": True},
    "a list": lambda row: row | {"gene5": [1.5]},
    "a number beyond": lambda row: row | {"gene5": 2**53 + 1},
    "a number far beyond": lambda row: row | {"gene5": 10**400},
    "a fraction for a whole number": lambda row: row | {"count": 2.5} if "count" in row else row,
    "a number for a truth": lambda row: row | {"smoker": 1} if "smoker" in row else row,
    "a number for a text": lambda row: row | {"note": 1} if "note" in row else row,
    "a number for a date": lambda row: row | {"day": 20} if "day" in row else row,
    "a new level": lambda row: row | {"stage": "III"} if "stage" in row else row,
    "a new value": lambda row: row | {"dose": 3} if "dose" in row else row,
}


def said(read: Callable[[], Decoded]) -> object:
    """Return everything that a reader says of a body."""
    try:
        decoded = read()
    except AnOpsError as error:
        return error.problem
    columns = [(c.name, c.type, c.values.tolist(), c.is_missing().tolist()) for c in decoded.frame.columns]
    return str(columns), decoded.frame.rows, decoded.warnings


@pytest.mark.parametrize("schema", [NUMBERS, MIXED], ids=["numbers", "mixed"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_it_says_what_the_closest_look_says(schema: Schema, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    row = ROW if schema is NUMBERS else MIXED_ROW
    rows = [row, change(row)]
    columns = {name: [each.get(name) for each in rows] for name in rows[1]}
    reader = READERS[schema is NUMBERS]
    for data in ([change(row)], columns):
        body = json.dumps({"data": data}).encode()
        closest = said(lambda body=body: read_slowly(body, schema, options={}, model="m"))
        assert said(lambda body=body: reader.read(body)) == closest
        assert said(lambda body=body: reader.take(body).read()) == closest
        small = _taken(reader, body)
        frame = small.together([]) if small is not None else None
        if frame is not None:
            assert said(lambda frame=frame: Decoded(frame, {})) == closest


def test_a_name_that_stands_twice_is_refused() -> None:
    body = json.dumps({"data": [ROW]}).replace('"gene1": 1.5', '"gene1": 1.5, "gene1": 2.5').encode()
    with pytest.raises(AnOpsError, match="once"):
        JsonBody(NUMBERS).take(body)
    swapped = json.dumps({"data": [ROW]}).replace('"gene1": 1.5', '"gene2": 1.5').encode()
    with pytest.raises(AnOpsError, match="once"):
        JsonBody(NUMBERS).read(swapped)


@pytest.mark.parametrize("rows", [1, 3])
def test_numbers_travel_as_one_block_that_any_reader_takes_apart(rows: int) -> None:
    body = json.dumps({"data": [ROW | {"gene1": float(i)} for i in range(rows)]}).encode()
    small = _taken(JsonBody(NUMBERS), body)
    frame = small.together([]) if small else None
    assert frame is not None
    assert isinstance(frame.columns, NumberBlock)
    request = Request.from_bytes(Request.of(frame, {}, model_name="m", checked=NUMBERS.digest).to_bytes())
    assert len(request.head.tensors) == 1
    assert request.says_checked(NUMBERS)
    read, _ = decode_checked_request(request, NUMBERS)
    # to a model of other columns it goes by name
    other = Schema.of({"inputs": dict.fromkeys(reversed(NAMES), "number")})
    assert not request.says_checked(other)
    apart, _ = decode_request(request, other)
    for each in (read, apart):
        assert each.rows == rows
        assert each["gene1"].values.tolist() == [float(i) for i in range(rows)]
        assert np.array_equal(each.take(0, 1)["gene2"].values, [1.5])
        assert each.at([rows - 1])["gene1"].values.tolist() == [rows - 1.0]


def _taken(reader: JsonBody, body: bytes) -> SmallJson | None:
    try:
        taken = reader.take(body)
    except AnOpsError:
        return None
    return taken if isinstance(taken, SmallJson) else None
