"""Point-in-time joins: of each row the newest values that were known at its time, and still counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from anops_control.errors import CommandError
from anops_model_interface.codes import Code

from anops_features.moments import column, microseconds, same_kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from anops_project.sections.features import FeatureSection

_NEWEST = """
SELECT source.row, source.t, {keys} FROM source WHERE {known}
QUALIFY row_number() OVER (PARTITION BY {keys}, t ORDER BY written DESC, row DESC) = 1
"""
_JOIN = """
WITH newest AS ({newest})
SELECT asked.row, newest.row, newest.t FROM asked ASOF LEFT JOIN newest ON {same} AND asked.t >= newest.t
ORDER BY asked.row
"""


def features_of(source: Any, view: str, section: FeatureSection) -> tuple[str, ...]:  # noqa: ANN401  pyarrow is untyped
    """Return the names of a view's features.

    Raises:
        CommandError: The dataset lacks a column, or has no feature.
    """
    where = f"dataset `{section.dataset}`"
    apart = {*section.entity, section.time, *([section.ingested] if section.ingested else [])}
    for name in (*apart, *section.columns):
        column(source, name, where)
    found = section.columns or tuple(name for name in source.column_names if name not in apart)
    if not found:
        raise CommandError(
            f"Feature view `{view}` has no feature: {where} has no other columns than entity and time.",
            code=Code.COLUMN_MISSING,
        )
    return tuple(found)


def keyed(source: Any, section: FeatureSection) -> Any:  # noqa: ANN401  pyarrow is untyped
    """Return what the joins need of a source: row, time, when it was written, keys."""
    where = f"dataset `{section.dataset}`"
    rows = pa.array(range(source.num_rows), pa.int64())
    written = rows if section.ingested is None else microseconds(source, section.ingested, section.time_zone, where)
    keys = same_kind(source, section.entity, source, where)
    named = {f"k{number}": each for number, each in enumerate(keys)}
    times = microseconds(source, section.time, section.time_zone, where)
    return pa.table({"row": rows, "t": times, "written": written, **named})


def joined(
    rows: Any,  # noqa: ANN401  pyarrow is untyped
    time: str,
    source: Any,  # noqa: ANN401  the same
    view: str,
    section: FeatureSection,
    wanted: Sequence[str],
) -> Any:  # noqa: ANN401  the same
    """Return rows with features beside them: as `view.feature`, and when they were of, as `view.time`.

    The values are those of the newest time that is not after the row's own. Where that is longer ago than the view's
    `ttl`, there are none. Of several rows of one entity and time the last one written counts. A missing value is a
    value: the one before is not taken instead. A key that is missing meets none.
    """
    where = "the rows"
    keys = same_kind(rows, section.entity, source, where)
    named = {f"k{number}": each for number, each in enumerate(keys)}
    times = microseconds(rows, time, section.time_zone, where)
    asked = pa.table({"row": pa.array(range(rows.num_rows), pa.int64()), "t": times, **named})
    columns = [f"source.{name}" for name in named]
    newest = _NEWEST.format(keys=", ".join(columns), known=" AND ".join(f"{each} IS NOT NULL" for each in columns))
    same = " AND ".join(f"asked.{name} = newest.{name}" for name in named)
    with duckdb.connect() as database:
        database.register("asked", asked)
        database.register("source", keyed(source, section))
        found = database.sql(_JOIN.format(newest=newest, same=same)).to_arrow_table()
    place, moment = found.column(1).combine_chunks(), found.column(2).combine_chunks()
    if section.lasts is not None:
        limit = pa.scalar(round(section.lasts.total_seconds() * 1_000_000), pa.int64())
        counts = pc.less_equal(pc.subtract(times, moment), limit)
        place = pc.if_else(counts, place, pa.scalar(None, pa.int64()))
        moment = pc.if_else(counts, moment, pa.scalar(None, pa.int64()))
    for name in wanted:
        rows = rows.append_column(f"{view}.{name}", source.column(name).take(place))
    return rows.append_column(f"{view}.time", pc.cast(moment, pa.timestamp("us", tz="UTC")))


def latest(source: Any, section: FeatureSection, now: int) -> Any:  # noqa: ANN401  pyarrow is untyped
    """Return of each entity the row that counts now: its number and its time.

    Where all are of times that have not come, it is the first that will.

    Args:
        source: The dataset.
        section: Its view.
        now: The time, in microseconds since 1970.
    """
    told = keyed(source, section)
    columns = [f"source.{name}" for name in told.column_names[3:]]
    newest = _NEWEST.format(keys=", ".join(columns), known=" AND ".join(f"{each} IS NOT NULL" for each in columns))
    keys = ", ".join(told.column_names[3:])
    order = f"PARTITION BY {keys} ORDER BY t > {now}, abs({now} - t)"
    query = f"WITH newest AS ({newest}) SELECT row, t FROM newest QUALIFY row_number() OVER ({order}) = 1"  # noqa: S608  names of ours
    with duckdb.connect() as database:
        database.register("source", told)
        return database.sql(query).to_arrow_table()
