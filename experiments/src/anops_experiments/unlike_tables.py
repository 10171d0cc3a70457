"""Brings tables of several runs into one form: each column that any of them has, of a type that holds all its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from anops_experiments.results import Value


class Columns:
    """The columns of tables that are looked at one after the other, in the order in which they first come."""

    def __init__(self) -> None:
        self._types: dict[str, set[pa.DataType]] = {}

    def look(self, table: pa.Table) -> None:
        """Learn what a table has; a column without a value, such as R's NA alone, says nothing of its type."""
        for name in table.column_names:
            types = self._types.setdefault(name, set())
            if table[name].null_count < len(table):
                types.add(table[name].type)

    @property
    def schema(self) -> pa.Schema:
        """What holds them all."""
        return pa.schema([(name, _common(types)) for name, types in self._types.items()])


def fitted(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return a table with all columns of a schema; what it lacks is missing."""
    return pa.table([_column(table, each) for each in schema], schema=schema)


def with_rows_alone(
    tables: Mapping[str, pa.Table], scalars: Mapping[str, Value], names: Collection[str]
) -> dict[str, pa.Table]:
    """Return the tables of a run, with those of one value that are tables in other runs: R has no other vector of one.

    Args:
        tables: Those of the run.
        scalars: Its scalars.
        names: What is a table in any run.
    """
    alone = {name: pa.table({"value": [value]}) for name, value in scalars.items() if name in names}
    return {**alone, **tables}


def together(tables: Iterable[pa.Table]) -> pa.Table:
    """Return the rows of all tables."""
    kept, columns = list(tables), Columns()
    for each in kept:
        columns.look(each)
    return pa.concat_tables([fitted(each, columns.schema) for each in kept])


def _column(table: pa.Table, field: pa.Field) -> pa.Array | pa.ChunkedArray:
    if field.name not in table.column_names or table[field.name].null_count == len(table):
        return pa.nulls(len(table), field.type)
    column = table[field.name]
    if pa.types.is_string(field.type) and not pa.types.is_string(column.type):
        return pa.array([None if cell is None else str(cell) for cell in column.to_pylist()], pa.string())
    return column.cast(field.type)


def _common(types: set[pa.DataType]) -> pa.DataType:
    if not types:
        return pa.bool_()  # as R's NA and Python's None are sent
    if len(types) == 1:
        return next(iter(types))
    if all(pa.types.is_integer(each) or pa.types.is_floating(each) for each in types):
        return pa.float64() if any(map(pa.types.is_floating, types)) else pa.int64()
    return pa.string()
