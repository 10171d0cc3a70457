"""Joins of rows with the features of their time that a Feast repository's offline store has.

Feast leaves rows out of which it has nothing that counts, and gives the others in an order of its own: each row is
given a number, by which its features come back to it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
from anops_control.errors import CommandError
from anops_control.features.feast import feast_at, required_view, wanted_of
from anops_model_interface.codes import Code

from anops_features.moments import column, microseconds

if TYPE_CHECKING:
    from collections.abc import Sequence


def joined_in_feast(rows: Any, time: str, store: str, names: Sequence[str]) -> tuple[Any, dict[str, int]]:  # noqa: ANN401  pyarrow is untyped
    """Return rows with features beside them, as `view.feature`, and of how many rows each view has a value.

    Args:
        rows: The rows.
        time: Their column of times; those without a zone are in UTC, as Feast takes them.
        store: The repository's address.
        names: Features as "VIEW.FEATURE", or whole views.

    Raises:
        CommandError: Feast can't be asked, there is no such feature, or the rows lack a column or a time.
    """
    times = pc.cast(microseconds(rows, time, "UTC", "the rows"), pa.timestamp("us", tz="UTC"))
    counts: dict[str, int] = {}
    with feast_at(store) as feast, tempfile.TemporaryDirectory(prefix="anops-feast-") as own:
        for name, asked in wanted_of(names).items():
            view = required_view(feast, name, asked)
            features = list(dict.fromkeys(asked)) or list(view.features)
            told = {"row": pa.array(range(rows.num_rows), pa.int64()), "event_timestamp": times}
            told |= {key: column(rows, key, "the rows") for key in view.entity}
            table = pa.table(told).drop_null()  # a key that is missing meets none
            found = pa.table({"row": pa.array([], pa.int64())})
            if table.num_rows:
                pa.parquet.write_table(table, Path(own, "rows.parquet"))
                feast.history(Path(own, "rows.parquet"), [f"{name}:{each}" for each in features], Path(own, "told"))
                found = pa.parquet.read_table(Path(own, "told"))
            places = _places(found.column("row").to_pylist(), rows.num_rows, name)
            has = pa.array([False] * rows.num_rows)
            for each in features:
                values = found.column(f"{name}__{each}").take(places) if found.num_rows else pa.nulls(rows.num_rows)
                rows = rows.append_column(f"{name}.{each}", values)
                has = pc.or_(has, pc.is_valid(values))
            counts[name] = pc.sum(has).as_py() or 0
    return rows, counts


def _places(numbers: Sequence[int], rows: int, view: str) -> Any:  # noqa: ANN401  pyarrow is untyped
    """Return of each row where Feast put it; None where it left it out.

    Raises:
        CommandError: It gave a row twice.
    """
    places = {number: place for place, number in enumerate(numbers)}
    if len(places) < len(numbers):
        twice = next(number for place, number in enumerate(numbers) if places[number] != place)
        raise CommandError(
            f"Feast's view `{view}` has more than one value for row {twice + 1}, and for "
            f"{len(numbers) - len(places)} rows in all: which one counts is not known.",
            remedy="Give the view's source a `created_timestamp_column`, by which Feast takes the last one written.",
            code=Code.STORE_UNUSABLE,
        )
    return pa.array([places.get(row) for row in range(rows)], pa.int64())
