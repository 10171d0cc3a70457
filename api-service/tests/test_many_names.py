"""However many names a body has, it is read in a time that grows with its size, and what is told of it stays small."""

from __future__ import annotations

import io
import json
import time
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from anops_api_service.answer_json import MAX_HEADER_BYTES, warnings_header
from anops_api_service.bodies.arrow_body import ArrowReader
from anops_api_service.bodies.csv_body import CsvBody
from anops_api_service.bodies.header import MOST_COLUMNS
from anops_api_service.bodies.json_body import MOST_FIELDS, JsonBody
from anops_api_service.bodies.media import media_type
from anops_api_service.query_options import options_of
from anops_model_interface.codes import Code
from anops_model_interface.errors import MAX_FAULTS, AnOpsError
from anops_model_interface.frames import Warn
from anops_model_interface.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 3.0
"""On a busy machine; what was quadratic took minutes."""
MANY = 60_000
NAMES = [f"c{i}" for i in range(MANY)]
ROW = {"wt": 2.5, "hp": 100.0, "cyl": 4.0, "Gear Type": "auto"}


def as_json(content: object) -> Callable[[Schema], Any]:
    return lambda schema: JsonBody(schema).read(json.dumps(content).encode())


def as_csv(body: str) -> Callable[[Schema], Any]:
    return lambda schema: CsvBody(schema).read(body.encode(), {})


def as_arrow(table: pa.Table) -> Callable[[Schema], Any]:
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)

    def read(schema: Schema) -> Any:
        reader = ArrowReader(schema, {}, most=1 << 30)
        return [*reader.feed(out.getvalue()), *reader.finish()]

    return read


HEADER = "wt,hp,cyl,Gear Type"
LINE = "2.5,100,4,auto"
BODIES = {
    "CSV": as_csv(",".join(NAMES) + "\n"),
    "CSV that fits": as_csv(f"{HEADER},{','.join(NAMES)}\n{LINE}{',1' * MANY}\n"),
    "CSV, too many": as_csv("," * 1_000_000 + "\n"),
    "CSV, a name that does not end": as_csv("a" * 20_000_000),
    "CSV, a quote that does not end": as_csv(f'{HEADER}\n"' + "\n" * 2_000_000),
    "CSV, quotes in cells": as_csv(f"{HEADER}\n" + 'a"b,' * 300_000),
    "CSV, a run of quotes": as_csv(f"{HEADER}\n1,a" + '"' * 300_001 + "y"),
    "Arrow": as_arrow(pa.table({name: [1.0] for name in NAMES})),
    "Arrow that fits": as_arrow(pa.table({name: [value] for name, value in ROW.items()} | {n: [1] for n in NAMES})),
    "JSON records": as_json({"data": [ROW | dict.fromkeys(NAMES, 1)]}),
    "JSON columns": as_json({"data": {name: [v] for name, v in ROW.items()} | {name: [1] for name in NAMES}}),
    "JSON, each row with a name of its own": as_json({"data": [{name: 1} for name in NAMES]}),
    "JSON, rows without names": as_json({"data": [ROW, *({} for _ in range(500_000))]}),
    "JSON options": as_json({"data": [ROW], "options": dict.fromkeys(NAMES, 1)}),
    "JSON, other members": as_json({"data": [ROW], **dict.fromkeys(NAMES, 1)}),
    "JSON, values that are no lists": as_json({"data": {"wt": [1], **dict.fromkeys(NAMES, 1)}}),
    "JSON, a name of 5 MB": as_json({"data": [ROW | {"n" * 5_000_000: 1}]}),
    "JSON, an option of 5 MB": as_json({"data": [ROW], "options": {"n" * 5_000_000: "n" * 5_000_000}}),
}


@pytest.mark.parametrize("kind", BODIES)
def test_many_names_are_read_in_a_time_that_grows_with_the_body(cars: Schema, kind: str) -> None:
    begun = time.process_time()
    try:
        read = BODIES[kind](cars)
    except AnOpsError as error:
        problem = error.problem
        assert len(problem.to_bytes()) < 20_000
        assert len(problem.faults) <= MAX_FAULTS
    else:
        decoded = read[0] if isinstance(read, list) else read
        assert len(decoded.warnings) < 30
    assert time.process_time() - begun < SECONDS


def test_all_unknown_options_of_a_query_are_counted(cars: Schema) -> None:
    options = options_of([(f"o{i}", "1") for i in range(20_000)], cars)
    with pytest.raises(AnOpsError) as caught:
        JsonBody(cars).read(json.dumps({"data": [ROW]}).encode(), options)
    assert (caught.value.problem.code, caught.value.problem.more) == (Code.OPTION_UNKNOWN, 20_000 - MAX_FAULTS)


def test_more_columns_than_are_read_are_a_problem_that_says_so(cars: Schema) -> None:
    with pytest.raises(AnOpsError, match=f"at most {MOST_COLUMNS:,} columns"):
        as_csv("x," * (MOST_COLUMNS + 1) + "\n")(cars)
    with pytest.raises(AnOpsError, match="first line, with the columns' names, must have at most"):
        as_csv("x" * 5_000_000)(cars)


def test_columns_that_were_ignored_are_named_and_the_rest_counted(cars: Schema) -> None:
    decoded = as_json({"data": [ROW | dict.fromkeys(NAMES[:25], 1)]})(cars)
    assert [warn.column for warn in decoded.warnings] == [*NAMES[:20], None]
    assert decoded.warnings[-1].message == "5 more columns were ignored: the model does not use them."


def test_many_warnings_fit_into_their_header() -> None:
    begun = time.process_time()
    header = warnings_header([Warn(f"Column `c{i}` was ignored.", column=f"c{i}") for i in range(20_000)])
    assert time.process_time() - begun < SECONDS
    kept = json.loads(header)
    assert len(header) <= MAX_HEADER_BYTES
    assert kept[-1] == {"message": f"{20_000 - (len(kept) - 1)} more warnings"}


def test_rows_of_a_wide_model_are_read_as_fast_in_any_order_of_names() -> None:
    names = [f"gene{i}" for i in range(MOST_FIELDS * 8)]
    schema = Schema.of(
        {
            "inputs": {name: {"type": "number", "missing": "error"} for name in names},
            "outputs": {"prediction": {"type": "number"}},
        }
    )
    body = json.dumps({"data": [dict.fromkeys(reversed(names), 1.5)] * 10}).encode()
    reader = JsonBody(schema)
    begun = time.process_time()
    assert reader.read(body).frame.rows == 10
    assert time.process_time() - begun < 1


def test_a_long_content_type_is_refused_unread() -> None:
    begun = time.process_time()
    with pytest.raises(AnOpsError, match="`Content-Type` has more than"):
        media_type('application/json;a="' + ";" * 60_000)
    assert time.process_time() - begun < 0.1
