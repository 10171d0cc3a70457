"""Writes the data frames that runs have returned into files: each row, with the run and its parameters before it."""

from __future__ import annotations

import csv
import json
import os
import re
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from anops_experiments.export import TYPES, cell_text, param_name
from anops_experiments.failures import ExperimentError
from anops_experiments.store import read_scalars, read_tables
from anops_experiments.unlike_tables import Columns, fitted, with_rows_alone

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from anops_experiments.store import Store


_TAKEN = frozenset({"results", "summary"})


def write_tables(store: Store, folder: Path) -> list[Path]:
    """Write each output that is a table into `OUTPUT.parquet`.

    Those that were made of all runs of a parameter set are in `summary-OUTPUT.parquet`. What can't stand in a name
    of a file, or is the name of another file, is `OUTPUT.out.parquet`.
    """
    made = []
    for lead, summed in (("", False), ("summary-", True)):
        schemas = _schemas(store, summed=summed)
        targets = {name: folder / file_of(f"{lead}{name}") for name in schemas}
        writers = {name: pq.ParquetWriter(target, schemas[name]) for name, target in targets.items()}
        try:
            for name, table in _tables(store, schemas.keys(), summed=summed):
                writers[name].write_table(fitted(table, schemas[name]))
        finally:
            for each in writers.values():
                each.close()
        made += list(targets.values())
    return made


def file_of(output: str) -> str:
    """Return the name of an output's file, where it takes no other's: `NAME.out.parquet` if it would."""
    plain = re.sub(r"[^\w .()+=,@%-]", "_", output)
    return f"{plain}.out.parquet" if plain != output or output in _TAKEN else f"{plain}.parquet"


def write_table(store: Store, output: str, target: Path, *, exact: bool = False, summed: bool = False
                ) -> dict[str, str]:  # fmt: skip
    """Write one output that is a table, as CSV by the file's ending, else as Parquet; return the types of its columns.

    Args:
        store: What was found.
        output: The output.
        target: The file.
        exact: Whether numbers with a point are written in hexadecimal in a CSV file.
        summed: Whether what was made of each parameter set is meant.

    Raises:
        ExperimentError: No run has returned such a table.
    """
    schemas = _schemas(store, summed=summed)
    if output not in schemas:
        raise ExperimentError(
            f"No run has returned a data frame `{output}`.",
            details=[f"There are {', '.join(f'`{name}`' for name in schemas)}." if schemas else "There are none."],
        )
    schema = schemas[output]
    tables = (fitted(table, schema) for name, table in _tables(store, schemas.keys(), summed=summed) if name == output)
    with _whole(target) as made:
        if target.suffix.lower() != ".csv":
            with pq.ParquetWriter(made, schema) as parquet:
                for each in tables:
                    parquet.write_table(each)
        else:
            with made.open("w", encoding="utf-8", newline="") as opened:
                writer = csv.writer(opened, lineterminator="\n")
                writer.writerow(schema.names)
                for each in tables:
                    for row in each.to_pylist():
                        writer.writerow([cell_text(row[field.name], field.type, exact=exact) for field in schema])
    return {each.name: str(each.type) for each in schema}


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """Give a file beside the target that takes its place once it is whole."""
    made = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        yield made
        os.replace(made, target)  # noqa: PTH105  also over a file
    finally:
        made.unlink(missing_ok=True)


def _schemas(store: Store, *, summed: bool) -> dict[str, pa.Schema]:
    columns: dict[str, Columns] = defaultdict(Columns)
    for name, table in _tables(store, summed=summed):
        columns[name].look(table)
    for name, table in _tables(store, columns.keys(), summed=summed) if columns else ():
        columns[name].look(table)
    return {name: each.schema for name, each in columns.items()}


def _tables(store: Store, names: Collection[str] = (), *, summed: bool) -> Iterator[tuple[str, pa.Table]]:
    lead = {"point": "point", "runs": "runs"} if summed else {"task": "id", "point": "point", "replicate": "replicate"}
    for row in store.summaries() if summed else store.rows():
        made = with_rows_alone(read_tables(row["tables"]), read_scalars(row["scalars"]) if names else {}, names)
        for name, table in made.items():
            before: dict[str, Any] = {column: row[key] for column, key in lead.items()}
            before |= {param_name(key): value for key, value in json.loads(row["params"]).items()}
            whole = table
            for at, (key, value) in enumerate(before.items()):
                if key not in table.column_names:
                    whole = whole.add_column(at, key, pa.array([value] * len(table), TYPES[type(value)]))
            yield name, whole
