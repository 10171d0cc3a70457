"""One column of a data frame, made to fit its type."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np

from anops_model_interface.codes import Code
from anops_model_interface.errors import Fault, FaultCollector
from anops_model_interface.level_numbers import numbers_as_levels
from anops_model_interface.moments import canonical_moment
from anops_model_interface.schema import ColumnSpec, ColumnType
from anops_model_interface.words import article, number_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from anops_model_interface.coded_texts import CodedTexts

MAX_EXACT = 1 << 53
"""Beyond this, not every whole number is a double."""


@dataclass(frozen=True, slots=True)
class Column:
    """A named column.

    Attributes:
        name: The column's name.
        type: What the values are.
        values: 1-D: float64, int64, bool, or object with text; dates as `2026-11-21`, datetimes in UTC as
            `2026-11-21T10:00:00Z`.
        missing: True where a value is missing, with a placeholder (0, False, "") in its place; None where
            nothing is. Always None for a number, whose missing value is NaN.
        from_booleans: True where true or false was taken as 1 or 0, of which the check tells; None where nowhere.
        coded: The same texts as they came: the few different ones, and which of them each row has; None: they came one
            by one.
    """

    name: str
    type: ColumnType
    values: np.ndarray
    missing: np.ndarray | None = None
    from_booleans: np.ndarray | None = None
    coded: CodedTexts | None = None

    def is_missing(self) -> np.ndarray:
        """Return where values are missing, for every type (1-D, bool)."""
        if self.type == "number":
            return cast("np.ndarray", np.isnan(self.values))
        return np.zeros(len(self.values), dtype=bool) if self.missing is None else self.missing

    def take(self, start: int, stop: int) -> Column:
        """Return the values from `start` (0-based) up to, without, `stop`."""
        missing = None if self.missing is None else self.missing[start:stop]
        coded = None if self.coded is None else self.coded.take(start, stop)
        return Column(self.name, self.type, self.values[start:stop], missing, coded=coded)

    def at(self, rows: np.ndarray) -> Column:
        """Return the values at some places (0-based, 1-D, integers), in the order given."""
        missing = None if self.missing is None else self.missing[rows]
        return Column(
            self.name, self.type, self.values[rows], missing if missing is not None and missing.any() else None
        )


def column_from_array(
    name: str,
    values: np.ndarray,
    missing: np.ndarray | None,
    spec: ColumnSpec | None,
    faults: FaultCollector,
) -> Column:
    """Make a column of an array, in the type of its schema where that loses nothing.

    Args:
        name: The column's name.
        values: 1-D, of any numeric dtype, bool, or object with text.
        missing: Where values are missing, or None.
        spec: What the column must be; None: the type follows from the array.
        faults: Takes in what does not fit; the column then holds placeholders.

    Returns:
        The column. Levels, ranges and policies are not looked at here.
    """
    kind = spec.type if spec is not None else _natural_type(values)
    if missing is not None and not missing.any():
        missing = None
    if kind == "number":
        return _number(name, values, missing, faults, assumed=spec is not None and spec.assumed)
    if kind == "integer":
        return _integer(name, values, missing, faults)
    if kind == "boolean":
        if values.dtype != bool:
            _wrong_type(name, values, "boolean", faults)
            values = np.zeros(len(values), dtype=bool)
        return _with_mask(name, kind, values, missing, placeholder=False)
    if values.dtype != object:
        if kind != "category" or values.dtype == bool:
            _wrong_type(name, values, kind, faults)
            return _with_mask(name, kind, np.full(len(values), "", dtype=object), missing, placeholder="")
        if values.dtype.kind == "f" and (absent := np.isnan(values)).any():
            missing = absent if missing is None else missing | absent
            values = np.where(absent, 0.0, values)
        texts = np.empty(len(values), dtype=object)
        levels = spec.levels if spec is not None else None
        texts[:] = numbers_as_levels(values.tolist(), levels)
        values = texts
    if kind in {"date", "datetime"}:
        values = _moments(name, values, missing, spec or ColumnSpec(type=kind), faults)
    return _with_mask(name, kind, values, missing, placeholder="")


def missing_column(name: str, kind: ColumnType, rows: int) -> Column:
    """Make a column of missing values only; with no rows, an empty column."""
    missing = np.ones(rows, dtype=bool) if rows else None
    if kind == "number":
        return Column(name, kind, np.full(rows, np.nan))
    if kind == "integer":
        return Column(name, kind, np.zeros(rows, dtype=np.int64), missing)
    if kind == "boolean":
        return Column(name, kind, np.zeros(rows, dtype=bool), missing)
    return Column(name, kind, np.full(rows, "", dtype=object), missing)


def _natural_type(values: np.ndarray) -> ColumnType:
    kinds: dict[str, ColumnType] = {"b": "boolean", "i": "integer", "u": "integer", "f": "number"}
    return kinds.get(values.dtype.kind, "string")


def _number(
    name: str, values: np.ndarray, missing: np.ndarray | None, faults: FaultCollector, *, assumed: bool = False
) -> Column:
    if assumed and values.dtype == bool:
        taken = np.ones(len(values), dtype=bool) if missing is None else ~missing
        return replace(_number(name, values.astype(np.float64), missing, faults), from_booleans=taken)
    if values.dtype.kind not in "fiu":
        _wrong_type(name, values, "number", faults, assumed=assumed)
        return Column(name, "number", np.full(len(values), np.nan))
    if values.dtype.kind in "iu":
        beyond = (values > MAX_EXACT) | (values < -MAX_EXACT) if values.dtype.itemsize == 8 else None
        if beyond is not None and beyond.any():
            _report(name, Code.COLUMN_RANGE, beyond, values, "a whole number up to 2^53 in size", faults)
    numbers = values.astype(np.float64, copy=False)
    if missing is not None:
        numbers = np.where(missing, np.nan, numbers)
    return Column(name, "number", numbers)


def _integer(name: str, values: np.ndarray, missing: np.ndarray | None, faults: FaultCollector) -> Column:
    if values.dtype.kind not in "fiu":
        _wrong_type(name, values, "integer", faults)
        return Column(name, "integer", np.zeros(len(values), dtype=np.int64))
    if values.dtype.kind == "f":
        absent = np.isnan(values)
        if absent.any():
            missing = absent if missing is None else missing | absent
            values = np.where(absent, 0.0, values)
        # 2^63 itself is a double, the largest int64 is not
        broken = (values != np.floor(values)) | ~(np.abs(values) < 2.0**63)
        if broken.any():
            _report(name, Code.COLUMN_TYPE, broken, values, "a whole number", faults)
            values = np.where(broken, 0.0, values)
    elif values.dtype == np.uint64 and (values > np.iinfo(np.int64).max).any():
        broken = values > np.iinfo(np.int64).max
        _report(name, Code.COLUMN_RANGE, broken, values, "a whole number below 2^63", faults)
        values = np.where(broken, 0, values)
    return _with_mask(name, "integer", values.astype(np.int64, copy=False), missing, placeholder=0)


def _moments(
    name: str, values: np.ndarray, missing: np.ndarray | None, spec: ColumnSpec, faults: FaultCollector
) -> np.ndarray:
    result = np.empty(len(values), dtype=object)
    texts = values.tolist()
    known: dict[str, str | None] = {}
    broken = np.zeros(len(values), dtype=bool)
    for i, text in enumerate(texts):
        if missing is not None and missing[i]:
            result[i] = ""
            continue
        if text not in known:
            known[text] = canonical_moment(text, spec.type, spec.timezone)
        moment = known[text]
        broken[i] = moment is None
        result[i] = moment or ""
    if broken.any():
        example = "2026-11-21" if spec.type == "date" else "2026-11-21T10:00:00Z"
        _report(name, Code.COLUMN_TYPE, broken, values, f"a {spec.type} such as {example}", faults)
    return result


def _with_mask(
    name: str, kind: ColumnType, values: np.ndarray, missing: np.ndarray | None, *, placeholder: object
) -> Column:
    if missing is None:
        return Column(name, kind, values)
    values = values.copy()
    values[missing] = placeholder
    return Column(name, kind, values, missing)


def _wrong_type(
    name: str, values: np.ndarray, kind: ColumnType, faults: FaultCollector, *, assumed: bool = False
) -> None:
    sent = {"b": "true or false", "O": "text"}.get(values.dtype.kind, "numbers")
    remedy = type_remedy(name, kind, is_text=sent == "text", assumed=assumed)
    faults.add(
        Fault(
            Code.COLUMN_TYPE,
            f"column `{name}` must be {article(kind)}, not {sent}",
            column=name,
            row=faults.rows_before + 1 if len(values) else None,
            expected=kind,
            received=sent,
            remedy=remedy,
        )
    )


def type_remedy(name: str, kind: ColumnType, *, is_text: bool, assumed: bool = False) -> str | None:
    """Say how to fix a column of the wrong type, where that is plain.

    Args:
        name: The column's name.
        kind: What it must be.
        is_text: Whether text was sent.
        assumed: Whether nothing tells that it must be that.
    """
    if assumed:
        return (
            f"Convert `{name}` to numbers, if those were in it when the model was fitted: nothing tells. Where it had "
            f"dates, times or texts, write that type for `{name}` in ao.toml."
        )
    if is_text and kind in {"number", "integer"}:
        return f"Convert `{name}` to numbers before sending it."
    if not is_text and kind in {"date", "datetime"}:
        return f'Send `{name}` as text in ISO 8601; pandas writes it so with df.to_json(date_format="iso").'
    return None


def _report(
    name: str, code: Code, where: np.ndarray, values: np.ndarray, expected: str, faults: FaultCollector
) -> None:
    report_rows(
        faults,
        where,
        lambda i, row: Fault(
            code,
            f"column `{name}` must be {expected}",
            column=name,
            row=row,
            found=f"is {_show(values[i])}",
            expected=expected,
            received=_show(values[i]),
        ),
    )


def report_rows(faults: FaultCollector, where: np.ndarray, fault_at: Callable[[int, int], Fault]) -> None:
    """Report the first rows in which something is wrong, and count the rest.

    Args:
        faults: Takes them in.
        where: True in the rows that are wrong.
        fault_at: Makes the fault of a row, from its place in `where` (0-based) and its number in the body (1-based).
    """
    if not where.any():
        return
    rows = np.flatnonzero(where)
    before = faults.rows_before
    faults.add_many((fault_at(int(i), before + int(i) + 1) for i in rows[:5]), total=len(rows))


def _show(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return number_text(float(cast("float", value))) if isinstance(value, float | np.floating) else str(value)
