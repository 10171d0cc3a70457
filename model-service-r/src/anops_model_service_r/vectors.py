"""Turns the columns of a frame into R vectors, copying memory wherever the two agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.codes import Code
from anops_model_interface.columns import MAX_EXACT, report_rows
from anops_model_interface.errors import Fault, FaultCollector
from anops_model_interface.number_block import NumberBlock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_model_interface.frames import Column, Frame, OptionValue
    from anops_model_interface.schema import ColumnSpec

    from anops_model_service_r.embedded import R

NA_INTEGER = -(1 << 31)
"""R's missing integer and logical, and its missing factor code."""

_MANY_NUMBERS = 32
"""From so many columns of numbers on, they go to R in one vector: a vector costs far more than its values."""

NA_REAL = np.array([0x7FF00000000007A2], dtype=np.uint64).view(np.float64)[0]
"""R's missing number: the NaN with 1954 in its low word (R's `arithmetic.c`)."""


class FrameArguments:
    """Makes the arguments from which `build_frame()` of the R package makes a data frame.

    What follows from the schema alone is turned into R vectors once: each costs as much as a column of values.
    """

    def __init__(self, r: R, specs: Mapping[str, ColumnSpec]) -> None:
        """Prepare for one schema.

        Args:
            r: The embedded R.
            specs: What the columns are: levels, their order, time zones.
        """
        self._r = r
        self._specs = specs
        self._known_levels = {
            name: r.rinterface.StrSexpVector(spec.levels) for name, spec in specs.items() if spec.levels is not None
        }
        self._places = {
            name: {level: i for i, level in enumerate(spec.levels, start=1)}
            for name, spec in specs.items()
            if spec.levels is not None
        }
        self._shape: tuple[object, ...] = ()
        self._in_block = False
        self._constants: tuple[Any, ...] = ()
        self._no_levels: Any = None
        self._rows: tuple[int, Any] = (-1, None)

    def of(self, frame: Frame) -> tuple[Any, ...]:
        """Return the arguments for a frame whose rows fit the schema.

        Raises:
            AnOpsError: `COLUMN_RANGE`: a whole number is larger than R can hold exactly.
        """
        faults = FaultCollector()
        ri = self._r.rinterface
        names, kinds, ordered, zones = self._of_the_columns(frame)
        vectors = [ri.FloatSexpVector.from_memoryview(_block(frame).data)] if self._in_block else []
        levels: list[Any] = []
        whole = self._in_block and isinstance(frame.columns, NumberBlock)
        for column in () if whole else frame.columns:
            if self._in_block and column.type == "number":
                levels.append(ri.NULL)
                continue
            spec = self._specs.get(column.name)
            values, texts = _array(column, _levels(column, spec), faults, self._places.get(column.name))
            kind = ri.FloatSexpVector if values.dtype == np.float64 else ri.IntSexpVector
            if column.type == "boolean":
                kind = ri.BoolSexpVector
            vectors.append(kind.from_memoryview(values.data))
            if texts is None:
                levels.append(ri.NULL)
            else:
                known = self._known_levels.get(column.name)
                levels.append(known if known and len(known) == len(texts) else ri.StrSexpVector(list(texts)))
        faults.raise_if_any()
        if self._rows[0] != frame.rows:
            self._rows = frame.rows, ri.IntSexpVector([frame.rows])
        coded = any(each is not ri.NULL for each in levels)
        return (
            names,
            kinds,
            ri.ListSexpVector(vectors),
            ri.ListSexpVector(levels) if coded else self._no_levels,
            ordered,
            zones,
            self._rows[1],
        )

    def _of_the_columns(self, frame: Frame) -> tuple[Any, ...]:
        if isinstance(frame.columns, NumberBlock):
            shape: tuple[object, ...] = frame.columns.names
        else:
            shape = tuple((column.name, column.type) for column in frame.columns)
        if not self._constants or shape != self._shape:
            ri = self._r.rinterface
            known = [self._specs.get(column.name) for column in frame.columns]
            self._shape = shape
            self._in_block = sum(column.type == "number" for column in frame.columns) >= _MANY_NUMBERS
            self._no_levels = ri.ListSexpVector([ri.NULL] * len(shape))
            self._constants = (
                ri.StrSexpVector(frame.names()),
                ri.StrSexpVector([column.type for column in frame.columns]),
                ri.BoolSexpVector([bool(spec and spec.ordered) for spec in known]),
                ri.StrSexpVector([(spec.timezone if spec else None) or "UTC" for spec in known]),
            )
        return self._constants


def _block(frame: Frame) -> np.ndarray:
    """Return all columns of numbers, one behind the other (1-D, float64)."""
    if isinstance(frame.columns, NumberBlock):
        numbers = frame.columns.values.ravel()
    else:
        numbers = np.concatenate(
            [column.values for column in frame.columns if column.type == "number"], dtype=np.float64
        )
    return np.where(np.isnan(numbers), NA_REAL, numbers)


def _levels(column: Column, spec: ColumnSpec | None) -> Sequence[str] | None:
    """Return the levels of a column: the schema's, and behind them those that are new where it allows some."""
    if spec is None or spec.levels is None or spec.novel != "allow":
        return spec.levels if spec else None
    present = set(column.values[~column.is_missing()].tolist())
    return (*spec.levels, *sorted(present.difference(spec.levels)))


def _array(
    column: Column, levels: Sequence[str] | None, faults: FaultCollector, places: Mapping[str, int] | None
) -> tuple[np.ndarray, Sequence[str] | None]:
    """Return a column's values as R holds them, and the texts behind them where they are codes."""
    missing = column.is_missing()
    if column.type == "number":
        values = np.ascontiguousarray(column.values, dtype=np.float64)
        return (np.where(missing, NA_REAL, values) if missing.any() else values), None
    if column.type == "integer":
        return _whole_numbers(column, missing, faults), None
    if column.type == "boolean":
        return np.where(missing, NA_INTEGER, column.values).astype(np.int32), None
    if column.type in {"date", "datetime"}:
        return _moments(column, missing), None
    return _codes(column, missing, levels, places)


def too_large(column: Column) -> np.ndarray | None:
    """Return in which rows a column holds whole numbers that are no integers of R: one makes doubles of all."""
    if column.type != "integer":
        return None
    # -2^31 itself is R's NA
    return (column.values >= 1 << 31) | (column.values <= NA_INTEGER)


def _whole_numbers(column: Column, missing: np.ndarray, faults: FaultCollector) -> np.ndarray:
    values = np.where(missing, 0, column.values)
    if not len(values) or (values.max() < 1 << 31 and values.min() > NA_INTEGER):
        return np.where(missing, NA_INTEGER, values).astype(np.int32)
    beyond = (values > MAX_EXACT) | (values < -MAX_EXACT)
    if beyond.any():
        expected = "a whole number up to 2^53 in size, the most that R holds exactly"
        report_rows(
            faults,
            beyond,
            lambda i, row: Fault(
                Code.COLUMN_RANGE,
                f"column `{column.name}` must be {expected}",
                column=column.name,
                row=row,
                found=f"is {values[i]}",
                expected=expected,
                received=str(values[i]),
            ),
        )
    return np.where(missing, NA_REAL, values.astype(np.float64))


def _moments(column: Column, missing: np.ndarray) -> np.ndarray:
    unit = "D" if column.type == "date" else "us"
    texts = [
        "NaT" if gone else text.removesuffix("Z") for text, gone in zip(column.values.tolist(), missing, strict=True)
    ]
    since_1970 = np.array(texts, dtype=f"datetime64[{unit}]").astype(np.int64).astype(np.float64)
    return np.where(missing, NA_REAL, since_1970 if unit == "D" else since_1970 / 1e6)


def _codes(
    column: Column, missing: np.ndarray, levels: Sequence[str] | None, places: Mapping[str, int] | None
) -> tuple[np.ndarray, Sequence[str]]:
    texts = column.values.tolist()
    if levels is None:
        present = dict.fromkeys(text for text, gone in zip(texts, missing, strict=True) if not gone)
        levels = sorted(present) if column.type == "category" else list(present)
    code = places if places is not None and len(places) == len(levels) else None
    if code is None:  # the levels of these rows, or new ones behind the schema's
        code = {level: i for i, level in enumerate(levels, start=1)}
    codes = np.fromiter((code.get(text, NA_INTEGER) for text in texts), dtype=np.int32, count=len(texts))
    codes[missing] = NA_INTEGER
    return codes, levels


def as_text(r: R, text: str | None) -> Any:  # noqa: ANN401  an rpy2 vector or NULL
    """Return a text as an R string, None as NULL."""
    return r.rinterface.NULL if text is None else r.rinterface.StrSexpVector([text])


def option_list(r: R, options: Mapping[str, OptionValue]) -> Any:  # noqa: ANN401  an rpy2 list
    """Return options as a named R list; a list of values becomes a vector."""
    base = r.rinterface.baseenv
    values = r.rinterface.ListSexpVector([_vector(r, option) for option in options.values()])
    return base["names<-"](values, value=r.rinterface.StrSexpVector(list(options)))


def _vector(r: R, option: OptionValue) -> Any:  # noqa: ANN401  an rpy2 vector
    values = list(option) if isinstance(option, list | tuple) else [option]
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        return r.rinterface.BoolSexpVector(values)
    if kinds == {int} and all(abs(value) < 1 << 31 for value in values if isinstance(value, int)):
        return r.rinterface.IntSexpVector(values)
    if kinds <= {int, float, bool}:
        return r.rinterface.FloatSexpVector([float(value) for value in values])
    return r.rinterface.StrSexpVector([str(value) for value in values])
