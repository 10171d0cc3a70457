"""Writes a version in another form, a batch at a time, with all types and missing values."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet
from anops_control.errors import CommandError
from anops_model_interface.codes import Code

from anops_data import rds_writing
from anops_data.csv_reading import ConversionError
from anops_data.describing import plain_values
from anops_data.forms import batches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from anops_control.datasets.description import Description, Form
    from anops_model_interface.schema import ColumnSpec


def convert(path: Path, description: Description, form: Form, target: Path) -> None:
    """Write a version in another form.

    Args:
        path: The file as it is kept.
        description: What is known of it.
        form: How it is wanted.
        target: The file that is written.

    Raises:
        CommandError: It can't be read.
    """
    if form == description.form:
        shutil.copyfile(path, target)
        return
    try:
        with batches(path, description) as (schema, rows):
            typed = _typed(schema, description)
            made = (_batch(batch, typed) for batch in rows)
            if form == "rds":
                _write_rds(made, typed, description, target)
            elif form == "csv":
                _write_csv(made, typed, target)
            elif form == "parquet":
                with pa.parquet.ParquetWriter(target, typed) as writer:
                    for batch in made:
                        writer.write_batch(batch)
            else:
                _write_arrow(made, typed, target)
    except ConversionError as error:
        name = list(description.columns)[error.column] if error.column < len(description.columns) else error.column
        raise CommandError(
            f"Column `{name}` is not what its description says: {error.cell}.", code=Code.FILE_UNREADABLE
        ) from error


def _typed(schema: pa.Schema, description: Description) -> pa.Schema:
    """Return the types with categories as dictionaries of their levels."""
    fields = []
    for field in schema:
        spec = description.columns.get(field.name)
        if spec is not None and spec.type == "category" and not pa.types.is_dictionary(field.type):
            field = field.with_type(pa.dictionary(pa.int32(), pa.string(), ordered=spec.ordered))  # noqa: PLW2901
        fields.append(field)
    levels = {name: spec.levels for name, spec in description.columns.items() if spec.levels is not None}
    typed = pa.schema(fields, schema.metadata)
    return typed.with_metadata({**(schema.metadata or {}), b"anops.levels": _json(levels)}) if levels else typed


def _json(value: object) -> bytes:
    import json  # noqa: PLC0415  here alone

    return json.dumps(value, ensure_ascii=False).encode()


def _batch(batch: pa.RecordBatch, typed: pa.Schema) -> pa.RecordBatch:
    if batch.schema.equals(typed):
        return batch
    import json  # noqa: PLC0415  here alone

    import pyarrow.compute as pc  # noqa: PLC0415  slow to import

    levels = json.loads((typed.metadata or {}).get(b"anops.levels", b"{}"))
    columns = []
    for i, field in enumerate(typed):
        values = batch.column(i)
        if pa.types.is_dictionary(field.type) and field.name in levels:
            known = pa.array(levels[field.name], field.type.value_type)
            texts = values.cast(field.type.value_type)
            codes = pc.index_in(texts, known).cast(field.type.index_type)
            values = pa.DictionaryArray.from_arrays(codes, known, ordered=field.type.ordered)
        columns.append(values)
    return pa.record_batch(columns, schema=typed)


def _write_arrow(made: Iterator[pa.RecordBatch], typed: pa.Schema, target: Path) -> None:
    with pa.OSFile(str(target), "wb") as file, pa.ipc.new_file(file, typed) as writer:
        for batch in made:
            writer.write_batch(batch)


def _write_csv(made: Iterator[pa.RecordBatch], typed: pa.Schema, target: Path) -> None:
    """Texts are in quotes and missing values are not: so `NA` is missing, and `"NA"` is a text."""
    plain = pa.schema([_plain(field) for field in typed])
    with arrow_csv.CSVWriter(str(target), plain, write_options=arrow_csv.WriteOptions(null_string="NA")) as writer:
        for batch in made:
            columns = [
                plain_values(column).cast(field.type) for column, field in zip(batch.columns, plain, strict=True)
            ]
            writer.write_batch(pa.record_batch(columns, schema=plain))


def _plain(field: pa.Field) -> pa.Field:
    kind = field.type
    if pa.types.is_dictionary(kind) or pa.types.is_time(kind):
        return pa.field(field.name, pa.string())
    if pa.types.is_duration(kind) or pa.types.is_null(kind) or pa.types.is_decimal(kind):
        return pa.field(field.name, pa.float64())
    if pa.types.is_timestamp(kind):
        return pa.field(field.name, pa.timestamp("us", kind.tz))
    return pa.field(field.name, kind)


def _write_rds(made: Iterator[pa.RecordBatch], typed: pa.Schema, description: Description, target: Path) -> None:
    """RDS is written a column at a time, and read a batch at a time: a file on the disk stands between."""
    with tempfile.TemporaryDirectory(prefix="ao-data-") as folder:
        between = Path(folder, "batches.arrow")
        _write_arrow(made, typed, between)
        with pa.memory_map(str(between)) as source:
            table = pa.ipc.open_file(source).read_all()
            columns = [(name, _spec(name, description), table.column(name)) for name in table.column_names]
            with target.open("wb") as file:
                rds_writing.write(file, columns, table.num_rows)


def _spec(name: str, description: Description) -> ColumnSpec:
    return description.columns[name]
