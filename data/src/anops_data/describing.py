"""Describes a file of rows in one pass: types, levels, the range of values, how many are missing."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from anops_control.datasets.description import About, Description, Form
from anops_control.datasets.port import Described, Misfit
from anops_control.errors import CommandError
from anops_model_interface.codes import Code
from anops_model_interface.schema import ColumnSpec
from anops_model_interface.words import article

from anops_data.code_columns import codes_among, looking_for_codes
from anops_data.csv_reading import ConversionError, header_of, row_of, told_cell, typed_batches
from anops_data.forms import batches
from anops_data.guessing import guessed, widened
from anops_data.rds_describing import found_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from anops_control.datasets.port import Advance

_MOST_LEVELS = 10_000
_EPOCH = date(1970, 1, 1)


class _Seen:
    """What is seen of one column."""

    def __init__(self, name: str, spec: ColumnSpec) -> None:
        self.name = name
        self.spec = spec
        self.missing = 0
        self.low: Any = None
        self.high: Any = None
        self.levels: dict[str, None] = dict.fromkeys(spec.levels or ())

    def take(self, values: pa.Array) -> None:
        self.missing += values.null_count
        if self.spec.type == "category":
            self._take_levels(values)
        if self.spec.type not in {"number", "integer", "date", "datetime"} or values.null_count == len(values):
            return
        values = _within_calendar(plain_values(values))
        found = pc.min_max(values)
        low, high = found["min"].as_py(), found["max"].as_py()
        if isinstance(low, float) and not (math.isfinite(low) and math.isfinite(high)):
            finite = pc.min_max(pc.filter(values, pc.fill_null(pc.is_finite(values), False)))  # noqa: FBT003
            low, high = finite["min"].as_py(), finite["max"].as_py()
        if low is not None:
            self.low = low if self.low is None else min(self.low, low)
            self.high = high if self.high is None else max(self.high, high)

    def _take_levels(self, values: pa.Array) -> None:
        unique = values.dictionary if pa.types.is_dictionary(values.type) else pc.unique(values)
        self.levels.update(dict.fromkeys(each for each in unique.to_pylist() if each is not None))
        if len(self.levels) > _MOST_LEVELS:
            raise CommandError(
                f"Column `{self.name}` has more than {_MOST_LEVELS:,} levels, too many for a category.",
                remedy=f"Leave `{self.name}` as text.",
                code=Code.USAGE,
            )

    def spec_found(self) -> ColumnSpec:
        seen = None
        if self.low is not None:
            low, high = self.low, self.high
            if self.spec.type in {"date", "datetime"}:
                low, high = low.isoformat(), high.isoformat()
            seen = (low, high)
        said = self.spec.levels or ()
        new = [level for level in self.levels if level not in said]
        # levels that nobody has ordered come in the order of the alphabet, as in R's factor()
        levels = (*said, *(new if said or self.spec.ordered else sorted(new))) if self.spec.type == "category" else None
        return replace(self.spec, seen=seen, levels=levels)


def described(
    path: Path,
    form: Form,
    *,
    about: About,
    said: Mapping[str, ColumnSpec],
    missing_words: Sequence[str],
    advance: Advance,
) -> Described:
    """Describe a file.

    Args:
        path: The file, as it is kept.
        form: How it is written.
        about: What a person says of it.
        said: What is said of columns, by a person or the version before.
        missing_words: The cells of CSV that are missing values.
        advance: Is told how much is done.

    Raises:
        CommandError: It can't be read, or holds columns of no type that rows have.
    """
    if form == "rds":  # what is in it, R alone can say
        held = found_in(path)
        misfits, columns = _held_to(said, held.columns)
        columns = {name: replace(spec, seen=held.columns[name].seen, levels=held.columns[name].levels or spec.levels)
                   for name, spec in columns.items()}  # fmt: skip
        known = Description(form=form, about=about, columns=columns, missing=held.missing, rows=held.rows)
        return Described(description=known, misfits=tuple(misfits))
    if form == "csv":
        return _described_csv(path, about, said, tuple(missing_words), advance)
    description = Description(form=form, about=about)
    with batches(path, description) as (schema, rows):
        misfits, columns = _held_to(said, {field.name: spec_of(field) for field in schema})
        return Described(
            description=_taken(description, columns, rows, advance, path),
            misfits=tuple(misfits),
        )


def _held_to(
    said: Mapping[str, ColumnSpec], here: Mapping[str, ColumnSpec]
) -> tuple[list[Misfit], dict[str, ColumnSpec]]:
    """Return what of typed columns is not as it is said, and the columns with what is said of them."""
    misfits, columns = [], {}
    for name, found in here.items():
        wanted = said.get(name)
        if wanted is not None and not wanted.assumed and wanted.type != found.type and not _is_text(wanted, found):
            text = f"must be {article(wanted.type)}, and is {article(found.type)} now"
            misfits.append(Misfit(column=name, text=text))
        same = wanted is not None and (wanted.type == found.type or _is_text(wanted, found))
        columns[name] = _merged(wanted, found) if wanted is not None and same else found
    return misfits, columns


def plain_values(values: pa.Array) -> pa.Array:
    """Return values as Arrow compares them: durations in seconds, decimals as doubles, no dictionaries."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        return plain_values(values.dictionary_decode())
    if pa.types.is_duration(kind):
        return pc.divide(values.cast(pa.duration("us")).cast(pa.int64()).cast(pa.float64()), 1e6)
    if pa.types.is_timestamp(kind) and kind.unit == "ns":  # Python's own moments have microseconds
        return values.cast(pa.timestamp("us", kind.tz), safe=False)
    if pa.types.is_decimal(kind) or pa.types.is_null(kind) or pa.types.is_float16(kind):
        return values.cast(pa.float64())
    return values


def _within_calendar(values: pa.Array) -> pa.Array:
    """Leave out the times that Python has none for, such as the infinity of a database, as infinite numbers are."""
    kind = values.type
    if not (pa.types.is_timestamp(kind) or pa.types.is_date32(kind)) or not len(values):
        return values
    # a day less at both ends: a zone may move a moment
    days = [(day - _EPOCH).days for day in (date(1, 1, 2), date(9999, 12, 30))]
    per_day = 86_400 * {"s": 1, "ms": 1_000, "us": 1_000_000}[kind.unit] if pa.types.is_timestamp(kind) else 1
    whole = values.cast(pa.int64() if pa.types.is_timestamp(kind) else pa.int32())
    first, last = (pa.scalar(day * per_day, whole.type) for day in days)
    inside = pc.and_(pc.greater_equal(whole, first), pc.less_equal(whole, last))
    return values if pc.all(inside).as_py() else pc.filter(values, pc.fill_null(inside, False))  # noqa: FBT003


def spec_of(field: pa.Field) -> ColumnSpec:
    """Return the type of a column of Arrow in the words of a schema.

    Raises:
        CommandError: It holds no single values.
    """
    kind = field.type
    if pa.types.is_dictionary(kind):
        if _is_text_type(kind.value_type):
            return ColumnSpec(type="category", ordered=bool(kind.ordered))
        kind = kind.value_type
    if pa.types.is_timestamp(kind):
        return ColumnSpec(type="datetime", timezone=_zone(kind.tz))
    for is_so, spec in _SPECS:
        if is_so(kind):
            return spec
    raise CommandError(
        f"Column `{field.name}` holds {kind}, not single values.",
        remedy="Keep rows and columns of numbers, texts, booleans, categories, dates and times.",
        code=Code.FILE_UNREADABLE,
    )


def _is_text_type(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or kind == pa.string_view())


_SPECS: tuple[tuple[Callable[[pa.DataType], bool], ColumnSpec], ...] = (
    (pa.types.is_null, ColumnSpec(type="number", assumed=True)),
    (pa.types.is_boolean, ColumnSpec(type="boolean")),
    (pa.types.is_integer, ColumnSpec(type="integer")),
    (pa.types.is_floating, ColumnSpec(type="number")),
    (pa.types.is_decimal, ColumnSpec(type="number")),
    (pa.types.is_duration, ColumnSpec(type="number", unit="s")),
    (pa.types.is_date, ColumnSpec(type="date")),
    (pa.types.is_time, ColumnSpec(type="string")),
    (_is_text_type, ColumnSpec(type="string")),
)
"""What columns of Arrow are in the words of a schema."""


def _zone(name: str | None) -> str | None:
    if name is None:
        return None
    try:
        return ColumnSpec(type="datetime", timezone=name).timezone
    except ValueError:
        return "UTC"  # an offset such as +01:00: the moments are the same


def _is_text(wanted: ColumnSpec, found: ColumnSpec) -> bool:
    return {wanted.type, found.type} == {"string", "category"}


def _merged(wanted: ColumnSpec, found: ColumnSpec) -> ColumnSpec:
    """Take a type with its levels from the file, and all else from what was said."""
    return replace(wanted, type=found.type if wanted.type != "category" else "category", assumed=found.assumed,
                   levels=wanted.levels, seen=None, timezone=found.timezone or wanted.timezone,
                   ordered=wanted.ordered or found.ordered)  # fmt: skip


def _described_csv(
    path: Path, about: About, said: Mapping[str, ColumnSpec], missing_words: tuple[str, ...], advance: Advance
) -> Described:
    with looking_for_codes(path) as may_hold:
        return _described_with(path, about, said, missing_words, advance, may_hold)


def _described_with(
    path: Path,
    about: About,
    said: Mapping[str, ColumnSpec],
    missing_words: tuple[str, ...],
    advance: Advance,
    may_hold: Future[bool],
) -> Described:
    names = header_of(path)
    found = guessed(path, names, missing_words)
    columns = {name: replace(said[name], seen=None) if _is_told(said.get(name)) else found[name] for name in names}
    misfits: dict[str, Misfit] = {}
    while True:
        description = Description(form="csv", about=about, missing_words=missing_words)
        try:
            _, rows = typed_batches(path, names, columns, missing_words)
            description = _taken(description, columns, rows, advance, path)
        except ConversionError as error:
            name = names[error.column]
            before = columns[name]
            columns[name] = widened(before, error.cell)
            if _is_told(said.get(name)) and name not in misfits:
                row = row_of(path, name, before, missing_words)
                where = "" if row is None else f" in row {row}"
                text = f"must be {article(before.type)}, not {told_cell(error.cell)}{where}"
                misfits[name] = Misfit(column=name, text=text)
            continue
        numbers = [name for name, spec in columns.items() if spec.type in {"number", "integer"}]
        codes = codes_among(path, numbers, may_hold)
        codes -= {name for name in codes if _is_told(said.get(name))}
        if not codes:
            return Described(description=description, misfits=tuple(misfits.values()))
        columns |= {name: ColumnSpec(type="string") for name in codes}


def _is_told(spec: ColumnSpec | None) -> bool:
    return spec is not None and not spec.assumed


def _taken(
    description: Description,
    columns: Mapping[str, ColumnSpec],
    rows: Iterable[pa.RecordBatch],
    advance: Advance,
    path: Path,
) -> Description:
    seen = [_Seen(name, spec) for name, spec in columns.items()]
    count, size, done = 0, path.stat().st_size, 0
    for batch in rows:
        count += batch.num_rows
        for column, values in zip(seen, batch.columns, strict=True):
            column.take(values)
        done += batch.nbytes
        advance(min(done, size), size)
    return replace(
        description,
        columns={column.name: column.spec_found() for column in seen},
        missing={column.name: column.missing / count if count else 0.0 for column in seen},
        rows=count,
    )
