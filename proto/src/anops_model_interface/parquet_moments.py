"""Times of Parquet files that are moments, which Arrow forgets."""

from __future__ import annotations

from typing import Any


def with_moments(file: Any) -> Any:  # noqa: ANN401  pyarrow has no types
    """Return the columns of a `pyarrow.parquet.ParquetFile` as Arrow's schema; a time of the old form INT96 is in UTC.

    Source: Parquet, "INT96"; Spark, which writes it by default, `spark.sql.parquet.outputTimestampType`.
    """
    import pyarrow as pa  # noqa: PLC0415  only those pay for it who read Parquet

    schema = file.schema_arrow
    columns = (file.schema.column(i) for i in range(len(file.schema)))
    old = {column.path for column in columns if column.physical_type == "INT96"}
    for i, field in enumerate(schema):
        if field.name in old:
            schema = schema.set(i, field.with_type(pa.timestamp("ns", "UTC")))
    return schema
