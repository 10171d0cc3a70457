"""A coverage-guided fuzzer (atheris) of a reader of bodies: python fuzz_readers.py csv|arrow|json -runs=N FOLDER.

Whatever bytes come, a reader gives rows or refuses them with a problem of the caller's; anything else ends this program
with a trace and the bytes in a file.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["anops_api_service", "anops_model_interface"]):
    import pyarrow as pa
    from anops_api_service.bodies.arrow_body import ArrowReader
    from anops_api_service.bodies.csv_body import CsvBody
    from anops_api_service.bodies.json_body import JsonBody
    from anops_api_service.problems import status_of
    from anops_model_interface.errors import AnOpsError
    from anops_model_interface.schema import Schema

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


READERS = {"csv": read_csv, "arrow": read_arrow, "json": read_json}


def seeds(kind: str) -> list[bytes]:
    """Return good bodies, from which to begin."""
    if kind == "csv":
        return [b'x,i,b,s,g,d,t\n1.5,2,true,"a ""b""",low,2026-01-02,2026-01-02T03:04:05\n,,,,,,\n', b"x;i\n1,5;2\n"]
    if kind == "json":
        row = b'{"x": 1.5, "i": 2, "b": true, "s": "a", "g": "low", "d": "2026-01-02", "t": "2026-01-02T03:04:05Z"}'
        columns = b'{"x": [1, null], "i": [1, 2], "b": [true, null], "s": ["", null], "g": ["low", null], "d": [null]}'
        return [b'{"data": [' + row + b'], "options": {"power": 2}}', b'{"data": ' + columns + b"}"]
    table = pa.table({"x": [1.5, None], "i": [1, None], "b": [True, None], "s": ["a", None], "g": ["low", None]})
    made = []
    for compression in (None, "zstd", "lz4"):
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as writer:
            writer.write_table(table)
        made.append(sink.getvalue())
    return made


def main() -> None:
    """Fuzz one reader."""
    kind, *arguments = sys.argv[1:]
    folder = Path(arguments[-1])
    for number, seed in enumerate(seeds(kind)):
        (folder / f"seed-{number}").write_bytes(seed)

    def once(data: bytes) -> None:
        try:
            READERS[kind](data)
        except AnOpsError as error:
            if status_of(error.problem) >= 500:
                raise

    atheris.Setup([sys.argv[0], *arguments], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
