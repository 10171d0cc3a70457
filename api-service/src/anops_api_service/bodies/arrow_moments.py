"""Arrow's dates and timestamps as columns: in whichever unit, with a time zone or without."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from anops_model_interface.codes import Code
from anops_model_interface.columns import Column, column_from_array, report_rows
from anops_model_interface.errors import AnOpsError, Fault, FaultCollector

if TYPE_CHECKING:
    import pyarrow as pa
    from anops_model_interface.schema import ColumnSpec

_DAY = 86_400_000_000
_FIRST, _LAST = -719_162 * _DAY, 2_932_897 * _DAY - 1
"""The years 1 to 9999 in microseconds since 1970."""

_PER_UNIT = {"s": (1_000_000, 1), "ms": (1000, 1), "us": (1, 1), "ns": (1, 1000)}
"""By what a unit is multiplied and divided to be microseconds."""


def date_column(
    name: str,
    values: np.ndarray,
    missing: np.ndarray | None,
    kind: pa.DataType,
    *,
    spec: ColumnSpec,
    faults: FaultCollector,
) -> Column:
    """Make a column of days.

    Args:
        name: The column's name.
        values: Days (date32) or milliseconds (date64) since 1970; int64, 0 where one is missing.
        missing: Where one is missing, or None.
        kind: Arrow's type.
        spec: What the column must be: date or datetime, which is then midnight in the column's zone.
        faults: Takes in days that no calendar here has.
    """
    days = values if kind.bit_width == 32 else np.floor_divide(values, 86_400_000)
    days = _within(name, days, missing, (_FIRST // _DAY, _LAST // _DAY), spec, faults)
    texts = np.datetime_as_string(days.astype("datetime64[D]")).astype(object)
    if spec.type == "date":
        return _column(name, texts, missing, spec)
    return column_from_array(name, texts, missing, spec, faults)


def datetime_column(
    name: str,
    values: np.ndarray,
    missing: np.ndarray | None,
    kind: pa.DataType,
    *,
    spec: ColumnSpec,
    faults: FaultCollector,
) -> Column:
    """Make a column of moments.

    Args:
        name: The column's name.
        values: Counted from 1970 in the unit of the type; int64, 0 where one is missing.
        missing: Where one is missing, or None.
        kind: Arrow's type. Without a zone a moment is read in the column's.
        spec: What the column must be: datetime, or date where each moment is midnight.
        faults: Takes in moments that no calendar here has, or that are no whole day.
    """
    times, per = _PER_UNIT[kind.unit]
    values = _within(name, np.floor_divide(values, per), missing, (_FIRST // times, _LAST // times), spec, faults)
    moments = (values * times).astype("datetime64[us]")
    in_utc = kind.tz is not None or spec.timezone in {None, "UTC"}
    if spec.type == "datetime" and in_utc:
        return _column(name, _texts(moments) + "Z", missing, spec)
    if kind.tz in {None, "UTC"}:
        return column_from_array(name, _texts(moments), missing, spec, faults)
    zone = _zone(kind.tz)
    if zone is None:
        raise AnOpsError(
            Code.BODY_SYNTAX,
            f"Can't read the body as Arrow: column `{name}` has the time zone `{kind.tz[:80]}`, which is unknown.",
            remedy="Use a name of the IANA database such as Europe/Berlin, or send dates.",
        )
    local = [moment.replace(tzinfo=UTC).astimezone(zone).isoformat() for moment in moments.astype(object).tolist()]
    return column_from_array(name, np.array(local, dtype=object), missing, spec, faults)


def _texts(moments: np.ndarray) -> np.ndarray:
    """Write moments as `datetime.isoformat()` does: with microseconds where there are some."""
    texts: np.ndarray = np.datetime_as_string(moments, unit="s").astype(object)
    exact = moments.astype(np.int64) % 1_000_000 != 0
    if exact.any():
        texts[exact] = np.datetime_as_string(moments[exact], unit="us").astype(object)
    return texts


def _column(name: str, texts: np.ndarray, missing: np.ndarray | None, spec: ColumnSpec) -> Column:
    if missing is not None:
        texts[missing] = ""
    return Column(name, spec.type, texts, missing)


def _within(
    name: str,
    values: np.ndarray,
    missing: np.ndarray | None,
    limits: tuple[int, int],
    spec: ColumnSpec,
    faults: FaultCollector,
) -> np.ndarray:
    wrong = (values < limits[0]) | (values > limits[1])
    if not wrong.any():
        return values
    expected = f"a {spec.type} of the years 1 to 9999"
    report_rows(
        faults,
        wrong if missing is None else wrong & ~missing,
        lambda _, row: Fault(
            Code.COLUMN_RANGE,
            f"column `{name}` must be {expected}",
            column=name,
            row=row,
            found="is beyond them",
            expected=expected,
        ),
    )
    return np.where(wrong, 0, values)


def _zone(name: str) -> tzinfo | None:
    """Return the zone of a timestamp: a name of the IANA database, or an offset such as `+05:30`; None for others."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        try:
            return datetime.strptime(name, "%z").tzinfo
        except ValueError:
            return None
