"""Arrow streams as bodies: every type and its missing value, any way to cut rows, and what is no stream."""

from __future__ import annotations

import datetime as dt
import decimal
import io
import random
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest
from anops_api_service.bodies.arrow_body import ArrowReader
from anops_api_service.bodies.arrow_messages import ArrowMessages
from anops_api_service.bodies.decoded import together
from anops_model_interface.errors import AnOpsError, Problem
from anops_model_interface.schema import Schema
from pyarrow import ipc

if TYPE_CHECKING:
    from anops_api_service.sent import Decoded
    from anops_model_interface.columns import Column

ANY = {"missing": "allow"}
BERLIN = {"type": "datetime", "timezone": "Europe/Berlin", **ANY}
DAY = dt.date(2026, 11, 21)
UTC_NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
NOON = UTC_NOON.replace(tzinfo=None)
EXACT = NOON.replace(microsecond=250_000)


def stream(table: pa.Table, *, rows: int | None = None, file: bool = False, **options: Any) -> bytes:
    sink = io.BytesIO()
    new = ipc.new_file if file else ipc.new_stream
    with new(sink, table.schema, options=ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table, max_chunksize=rows)
    return sink.getvalue()


def read(data: bytes, schema: Schema, *, chunk: int = 1 << 20, most: int = 1 << 24) -> Decoded:
    reader = ArrowReader(schema, {}, model="cars", most=most)
    parts = [part for i in range(0, len(data), chunk) for part in reader.feed(data[i : i + chunk])]
    return together([*parts, *reader.finish()], reader.notices)


def schema_of(**inputs: Any) -> Schema:
    return Schema.of({"inputs": inputs})


def column(array: pa.Array, kind: object, **options: Any) -> list[Any]:
    return listed(read(stream(pa.table({"x": array}), **options), schema_of(x=kind)).frame["x"])


def listed(column: Column) -> list[Any]:
    pairs = zip(column.values.tolist(), column.is_missing().tolist(), strict=True)
    return [None if gone else value for value, gone in pairs]


def refused(data: bytes, schema: Schema, **limits: int) -> Problem:
    with pytest.raises(AnOpsError) as caught:
        read(data, schema, **limits)
    return caught.value.problem


WHOLE = [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()]


@pytest.mark.parametrize("kind", [*WHOLE, pa.float16(), pa.float32(), pa.float64(), pa.decimal128(9, 2)], ids=str)
def test_numbers_of_every_width_are_numbers_and_integers(kind: pa.DataType) -> None:
    values = [decimal.Decimal(1), None, decimal.Decimal(3)] if pa.types.is_decimal(kind) else [1, None, 3]
    array = pa.array(values).cast(kind)
    assert column(array, {"type": "number", **ANY}) == [1.0, None, 3.0]
    assert column(array, {"type": "integer", **ANY}) == [1, None, 3]
    assert column(array, {"type": "category", "levels": ["1", "3"], **ANY}) == ["1", None, "3"]


def test_nan_is_a_missing_number_and_an_infinity_is_none() -> None:
    array = pa.array([1.5, float("nan"), float("inf"), None])
    assert column(array, {"type": "number", **ANY}) == [1.5, None, float("inf"), None]
    assert column(pa.array([1.0, float("nan")]), {"type": "integer", **ANY}) == [1, None]


def test_large_integers_stay_exact_beside_missing_ones() -> None:
    assert column(pa.array([(1 << 62) + 1, None]), {"type": "integer", **ANY}) == [(1 << 62) + 1, None]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()], ids=str)
@pytest.mark.parametrize("wanted", ["string", "category"])
def test_texts_of_every_kind_are_read(kind: pa.DataType, wanted: str) -> None:
    texts = ["a", None, "", "NA", "größe, longer than twelve bytes"]
    assert column(pa.array(texts, kind), {"type": wanted, **ANY}) == texts


@pytest.mark.parametrize("index", [pa.int8(), pa.uint8(), pa.int16(), pa.int32(), pa.int64()], ids=str)
def test_dictionaries_are_read_with_indices_of_every_width(index: pa.DataType) -> None:
    array = pa.DictionaryArray.from_arrays(pa.array([1, None, 0, 1], index), pa.array(["b", "a"]))
    assert column(array, {"type": "category", "levels": ["a", "b"], **ANY}) == ["a", None, "b", "a"]
    assert column(array, {"type": "string", **ANY}) == ["a", None, "b", "a"]
    gap = pa.DictionaryArray.from_arrays(pa.array([1, None, 0], index), pa.array([None, "a"]))
    assert column(gap, {"type": "string", **ANY}) == ["a", None, None]
    assert column(pa.array([4, 6, 4]).dictionary_encode(), "number") == [4.0, 6.0, 4.0]


def test_booleans_are_read_and_no_numbers() -> None:
    assert column(pa.array([True, None, False]), {"type": "boolean", **ANY}) == [True, None, False]
    problem = refused(stream(pa.table({"x": pa.array([None, True])})), schema_of(x={"type": "number", **ANY}))
    assert problem.faults[0].message == "column `x` must be a number, not true or false; row 2 is true"


@pytest.mark.parametrize(
    "kind", [pa.date32(), pa.date64(), pa.timestamp("s"), pa.timestamp("ns"), pa.string()], ids=str
)
def test_dates_are_read(kind: pa.DataType) -> None:
    array = pa.array([DAY, None]).cast(pa.timestamp("s") if pa.types.is_timestamp(kind) else kind).cast(kind)
    assert column(array, {"type": "date", **ANY}) == ["2026-11-21", None]
    assert column(array, {"type": "datetime", **ANY}) == ["2026-11-21T00:00:00Z", None]
    assert column(array, BERLIN) == ["2026-11-20T23:00:00Z", None]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_timestamps_of_every_unit_are_read(unit: str) -> None:
    naive = pa.array([NOON, None], pa.timestamp(unit))
    assert column(naive, {"type": "datetime", **ANY}) == ["2026-11-21T12:00:00Z", None]
    assert column(naive, BERLIN) == ["2026-11-21T11:00:00Z", None]
    for zone in ("UTC", "Europe/Berlin", "+05:30"):
        aware = pa.array([UTC_NOON, None], pa.timestamp(unit, zone))
        assert column(aware, BERLIN) == ["2026-11-21T12:00:00Z", None]
    if unit != "s":
        exact = pa.array([EXACT, NOON], pa.timestamp(unit))
        assert column(exact, "datetime") == ["2026-11-21T12:00:00.250000Z", "2026-11-21T12:00:00Z"]


def test_a_day_in_its_own_zone_is_a_date() -> None:
    midnight = dt.datetime(2026, 11, 20, 23, tzinfo=dt.UTC)
    assert column(pa.array([midnight], pa.timestamp("us", "Europe/Berlin")), "date") == ["2026-11-21"]
    problem = refused(stream(pa.table({"x": pa.array([UTC_NOON], pa.timestamp("us", "+05:30"))})), schema_of(x="date"))
    assert problem.faults[0].message.startswith("column `x` must be a date")


def test_dictionaries_of_moments_are_read() -> None:
    assert column(pa.array([DAY, None, DAY]).dictionary_encode(), {"type": "date", **ANY}) == [
        "2026-11-21",
        None,
        "2026-11-21",
    ]


def test_a_zone_that_is_unknown_is_no_matter_for_moments_and_refused_for_days() -> None:
    data = stream(pa.table({"x": pa.array([0], pa.timestamp("us", "Europe/Atlantis"))}))
    assert listed(read(data, schema_of(x="datetime")).frame["x"]) == ["1970-01-01T00:00:00Z"]
    assert "time zone `Europe/Atlantis`, which is unknown" in refused(data, schema_of(x="date")).message


def test_moments_that_no_calendar_has_are_named() -> None:
    array = pa.array([0, 1 << 62, None], pa.timestamp("s"))
    problem = refused(stream(pa.table({"x": array})), schema_of(x={"type": "datetime", **ANY}))
    assert problem.faults[0].message == "column `x` must be a datetime of the years 1 to 9999; row 2 is beyond them"
    edges = pa.array([dt.date(1, 1, 1), dt.date(9999, 12, 31)])
    assert column(edges, "date") == ["0001-01-01", "9999-12-31"]
    assert column(pa.array([-999_999], pa.timestamp("us")), "datetime") == ["1969-12-31T23:59:59.000001Z"]


@pytest.mark.parametrize("kind", ["number", "integer", "boolean", "string", "category", "date", "datetime"])
def test_a_column_of_missing_values_only_fits_every_type(kind: str) -> None:
    for array in (pa.nulls(2), pa.array([None, None], pa.float64()), pa.array([None, None], pa.string())):
        assert column(array, {"type": kind, **ANY}) == [None, None]


WRONG: list[tuple[Any, str, str]] = [
    (pa.array([None, "potato"]), "number", 'must be a number, not text; row 2 is "potato"'),
    (pa.array([1.5]), "string", "must be text, not a number; row 1 is 1.5"),
    (pa.array([1]), "boolean", "must be true or false, not a number; row 1 is 1"),
    (pa.array([DAY]), "number", "must be a number, not a date; row 1 is 2026-11-21"),
    (pa.array([NOON]), "category", "must be a category, not a datetime; row 1 is 2026-11-21 12:00:00"),
    (pa.array([1]), "date", "must be a date, not a number; row 1 is 1"),
    (pa.array([[1, 2]]), "number", "must be a number, not a list; row 1 is [1, 2]"),
    (pa.array([{"a": 1}]), "number", "must be a number, not an object; row 1 is {'a': 1}"),
    (pa.array([dt.timedelta(1)]), "number", "must be a number, not a duration; row 1 is 1 day, 0:00:00"),
    (pa.array([b"a"]), "string", "must be text, not of Arrow's type binary; row 1 is b'a'"),
    (pa.array(["a"]).dictionary_encode(), "number", 'must be a number, not text; row 1 is "a"'),
    (pa.array([1.5]), "integer", "must be a whole number; row 1 is 1.5"),
    (pa.array([1 << 60]), "number", "must be a whole number up to 2^53 in size; row 1 is 1152921504606846976"),
    (pa.array(["21.11.2026"]), "date", 'must be a date such as 2026-11-21; row 1 is "21.11.2026"'),
]


@pytest.mark.parametrize(("array", "kind", "message"), WRONG, ids=[f"{array.type}-{kind}" for array, kind, _ in WRONG])
def test_a_column_of_the_wrong_type_is_named_with_row_and_value(array: pa.Array, kind: str, message: str) -> None:
    problem = refused(stream(pa.table({"x": array})), schema_of(x={"type": kind, **ANY}))
    assert problem.faults[0].message == f"column `x` {message}"
    assert problem.faults[0].column == "x"
    assert problem.faults[0].row is not None
    assert problem.faults[0].expected


MIXED = pa.table(
    {
        "id": pa.array(range(50)),
        "d": pa.array(["a", None, "b", "c", "a"] * 10).dictionary_encode(),
        "x": pa.array([1.5, None, 3, 4, 5] * 10),
        "b": pa.array([True, None, False, True, True] * 10),
        "v": pa.array(["a", None, "bb", "a longer text than twelve", ""] * 10, pa.string_view()),
    }
)
MIXED_SCHEMA = schema_of(
    x={"type": "number", **ANY},
    b={"type": "boolean", **ANY},
    v={"type": "string", **ANY},
    d={"type": "category", **ANY},
)
EXPECTED = {name: MIXED[name].to_pylist() for name in ("x", "b", "v", "d")}


@pytest.mark.parametrize("compression", [None, "lz4", "zstd"])
@pytest.mark.parametrize("rows", [1, 7, 50])
@pytest.mark.parametrize("chunk", [1, 100, 1 << 20])
@pytest.mark.parametrize("file", [False, True], ids=["stream", "file"])
def test_batches_of_any_size_in_any_bits_are_read(
    compression: str | None, rows: int, chunk: int, *, file: bool
) -> None:
    data = stream(MIXED, rows=rows, compression=compression, file=file)
    decoded = read(data, MIXED_SCHEMA, chunk=chunk)
    assert {name: listed(decoded.frame[name]) for name in decoded.frame.names()} == EXPECTED
    assert [warning.message for warning in decoded.warnings] == ["Column `id` was ignored: the model does not use it."]


def test_slices_that_begin_within_a_byte_keep_their_missing_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anops_api_service.bodies.arrow_body.PIECE_ROWS", 3)
    decoded = read(stream(MIXED), MIXED_SCHEMA)
    assert {name: listed(decoded.frame[name]) for name in decoded.frame.names()} == EXPECTED


def test_dictionaries_may_grow_and_be_replaced_between_batches() -> None:
    kind = pa.dictionary(pa.int32(), pa.string())
    batches = [
        pa.record_batch([pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array(levels)).cast(kind)], names=["x"])
        for levels in (["a", "b"], ["a", "b", "c"], ["c", "a"])
    ]
    sink = io.BytesIO()
    with ipc.new_stream(sink, batches[0].schema, options=ipc.IpcWriteOptions(emit_dictionary_deltas=True)) as writer:
        for batch in batches:
            writer.write_batch(batch)
    decoded = read(sink.getvalue(), schema_of(x="string"))
    assert listed(decoded.frame["x"]) == ["a", "b", "a", "b", "c", "a"]


def test_a_stream_without_rows_is_read_and_its_columns_are_checked() -> None:
    assert read(stream(MIXED.slice(0, 0)), MIXED_SCHEMA).frame.rows == 0
    problem = refused(stream(MIXED.slice(0, 0).drop_columns(["x"])), MIXED_SCHEMA)
    assert problem.code == "COLUMN_MISSING"


def test_intercept_only_models_count_the_rows() -> None:
    assert read(stream(MIXED, rows=20), Schema()).frame.rows == 50


def test_rows_are_counted_over_all_batches() -> None:
    table = pa.table({"x": pa.array([1.0] * 999 + [-5.0])})
    problem = refused(stream(table, rows=100), schema_of(x={"type": "number", "min": 0}))
    assert problem.faults[0].row == 1000
    assert "row 1000 is -5" in problem.message


def test_columns_that_are_missing_or_there_twice_are_named() -> None:
    other = MIXED.rename_columns(["id", "d", "xs", "b", "v"])
    assert (
        "column `x` is missing; the rows have `id`, `xs`, which the model does not"
        in refused(stream(other), MIXED_SCHEMA).message
    )
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["x", "x"])
    assert "column `x` appears twice" in refused(stream(twice), MIXED_SCHEMA).message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it is empty"),
        (b"wt,hp\n1,2\n", "it is not an Arrow stream"),
        (b'{"data": []}', "it is not an Arrow stream"),
        (b"PAR1" + b"\0" * 100, "it is a Parquet file"),
        (b"ARROW1\0", "cut off"),
        (b"ARR", "it is not an Arrow stream"),
        (b"ARROW1\0\0\4\0\0\0\xf2\xff\xff\xff", "an Arrow file that does not hold a stream, such as polars writes"),
        (b"ARROW1\0\0", "it ends before it lists its columns"),
        (b"\xff\xff\xff\xff\0\0\0\0", "it ends before it lists its columns"),
        (b"\xff\xff\xff\xff\xff\xff\xff\x7f", "the length of a message makes no sense"),
        (stream(MIXED)[:-9], "cut off within a message, after 0 record batches"),
        (stream(MIXED, rows=20)[:-400], "cut off within a message, after 2 record batches"),
        (stream(MIXED) + b"more", "there is more after the end of the stream"),
        (stream(MIXED)[:-8] + stream(MIXED), "it lists its columns twice"),
    ],
)
def test_what_is_no_whole_stream_is_refused(data: bytes, message: str) -> None:
    for chunk in (1, 1 << 20):
        problem = refused(data, MIXED_SCHEMA, chunk=chunk)
        assert (problem.code, message in problem.message) == ("BODY_SYNTAX", True), problem.message


def test_a_stream_without_a_mark_of_its_end_is_whole() -> None:
    assert read(stream(MIXED)[:-8], MIXED_SCHEMA).frame.rows == 50


@pytest.mark.parametrize("compression", [None, "zstd", "lz4"])
def test_a_batch_that_takes_too_much_memory_is_refused_before_it_does(compression: str | None) -> None:
    data = stream(pa.table({"x": np.zeros(100_000)}), compression=compression)
    problem = refused(data, schema_of(x="number"), most=500_000)
    assert problem.code == "BODY_TOO_LARGE"
    assert "record batch of more than 0.5 MB: after 0 record batches, there is one of 1 MB" in problem.message
    levels = pa.array([f"level {i:100}" for i in range(10_000)]).dictionary_encode()
    data = stream(pa.table({"x": levels}), compression=compression)
    assert refused(data, schema_of(x="string"), most=500_000).code == "BODY_TOO_LARGE"


@pytest.mark.parametrize("compression", [None, "zstd", "lz4"])
@pytest.mark.parametrize("seed", range(3))
def test_damaged_streams_are_read_or_refused_by_us(compression: str | None, seed: int) -> None:
    """Bits fall over at random; nothing but a refusal may come of it, least of all the end of the process."""
    chance = random.Random(seed)  # noqa: S311  it guards nothing
    good = stream(MIXED.append_column("t", pa.array([UTC_NOON] * 50)), rows=20, compression=compression)
    schema = Schema.of({"inputs": {**MIXED_SCHEMA.inputs, "t": BERLIN}})
    outcomes = set()
    for _ in range(300):
        data = bytearray(good)
        for _ in range(chance.choice([1, 1, 3])):
            data[chance.randrange(len(data))] = chance.choice([0, 127, 128, 255, chance.randrange(256)])
        cut = chance.choice([len(data), chance.randrange(len(data))])
        try:
            read(bytes(data[:cut]), schema)
            outcomes.add("read")
        except AnOpsError as error:
            outcomes.add(error.problem.code)
    assert "BODY_SYNTAX" in outcomes


def test_a_message_is_not_gathered_without_end() -> None:
    messages = ArrowMessages(1000)
    with pytest.raises(AnOpsError, match="record batch of more than 0"):
        list(messages.feed(stream(MIXED)))
