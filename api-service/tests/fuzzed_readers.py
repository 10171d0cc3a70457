"""The readers of bodies, each told any bytes: it gives rows, or refuses them with a problem of the caller's."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
from anops_api_service.bodies.arrow_body import ArrowReader
from anops_api_service.bodies.csv_body import CsvBody
from anops_api_service.bodies.json_body import JsonBody
from anops_api_service.problems import status_of
from anops_model_interface.errors import AnOpsError
from anops_model_interface.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 1 << 20
ANY = {"missing": "allow"}
SCHEMA = Schema.of(
    {
        "inputs": {
            "x": {"type": "number", **ANY},
            "i": {"type": "integer", **ANY},
            "b": {"type": "boolean", **ANY},
            "s": {"type": "string", **ANY},
            "g": {"type": "category", "levels": ["low", "high"], **ANY},
            "d": {"type": "date", **ANY},
            "t": {"type": "datetime", "timezone": "Europe/Berlin", **ANY},
        },
        "options": {"power": {"type": "number", "default": 1}},
    }
)
CSV, JSON = CsvBody(SCHEMA, model="m"), JsonBody(SCHEMA, model="m")


def read_csv(data: bytes) -> None:
    reader = CSV.reader("utf-8", {})
    half = len(data) // 2
    for _ in (*reader.feed(data[:half]), *reader.feed(data[half:]), *reader.finish()):
        pass


def read_arrow(data: bytes) -> None:
    reader = ArrowReader(SCHEMA, {}, model="m", most=MOST)
    half = len(data) // 2
    for _ in (*reader.feed(data[:half]), *reader.feed(data[half:]), *reader.finish()):
        pass


def read_json(data: bytes) -> None:
    JSON.read(data)


READERS: dict[str, Callable[[bytes], None]] = {"csv": read_csv, "arrow": read_arrow, "json": read_json}


def seeds(kind: str) -> list[bytes]:
    """Return good bodies, from which to begin."""
    if kind == "csv":
        rows = b'1.5,2,true,"a ""b""",low,2026-01-02,2026-01-02T03:04:05\n,,,,,,\n'
        return [b"x,i,b,s,g,d,t\n" + rows, b"t;d;g;s;b;i;x\r\n2026-01-02 03:04:05;2026-01-02;high;a;FALSE;-7;1.5\r\n"]
    if kind == "json":
        row = b'{"x": 1.5, "i": 2, "b": true, "s": "a", "g": "low", "d": "2026-01-02", "t": "2026-01-02T03:04:05Z"}'
        columns = (
            b'{"x": [1, null], "i": [1, 2], "b": [true, null], "s": ["", null], "g": ["low", null],'
            b' "d": ["2026-01-02", null], "t": [null, "2026-01-02T03:04:05+01:00"]}'
        )
        return [b'{"data": [' + row + b'], "options": {"power": 2}}', b'{"data": ' + columns + b"}"]
    table = pa.table(
        {
            "x": [1.5, None],
            "i": [1, None],
            "b": [True, None],
            "s": ["a", None],
            "g": pa.array(["low", None]).dictionary_encode(),
            "d": [date(2026, 1, 2), None],
            "t": [datetime(2026, 1, 2, 3, 4, tzinfo=UTC), None],
        }
    )
    made = []
    for compression in (None, "zstd", "lz4"):
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as writer:
            writer.write_table(table)
        made.append(sink.getvalue())
    return made


def read(kind: str, data: bytes) -> bool:
    """Have a reader read a body, and say whether it took it.

    Raises:
        AnOpsError: A problem that is not the caller's.
    """
    try:
        READERS[kind](data)
    except AnOpsError as error:
        if status_of(error.problem) >= 500:
            raise
        return False
    return True
