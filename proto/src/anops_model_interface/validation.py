"""A frame checked against the schema, with its policies for missing values and new levels applied."""

from __future__ import annotations

from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from anops_model_interface.absent_columns import absent_faults
from anops_model_interface.codes import Code
from anops_model_interface.columns import report_rows
from anops_model_interface.errors import MAX_FAULTS, MOST_NAME, Fault, FaultCollector, shortened
from anops_model_interface.extrapolation import outside
from anops_model_interface.frames import Column, Frame, Warn
from anops_model_interface.infinities import report_infinities
from anops_model_interface.moments import canonical_moment
from anops_model_interface.near_levels import level_remedy
from anops_model_interface.notices import MAX_ROWS_NAMED, Notice, Notices
from anops_model_interface.number_block import NumberBlock
from anops_model_interface.words import number_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_model_interface.schema import ColumnSpec, Schema


_MANY_COLUMNS = 16
_FEW_ROWS = 4096
"""Where there are so many columns and so few rows, one look at all costs less than one at each."""
MOST_IGNORED = 20
"""How many columns that the model does not use are named, each in a warning of its own; the rest are counted."""


def validate_frame(frame: Frame, schema: Schema, *, model: str = "") -> tuple[Frame, tuple[Warn, ...]]:
    """Check a frame against the schema and apply the policies.

    Args:
        frame: Columns in the schema's types.
        schema: The contract, its policies resolved.
        model: The model's name, for messages.

    Returns:
        The frame with the schema's columns in the schema's order, and a warning for every column that was
        ignored, had values replaced, or has values outside the range the model was fitted on.

    Raises:
        AnOpsError: A column is missing, or values break the contract; all faults together.
    """
    faults = FaultCollector()
    result = frame_faults(frame, schema, faults)
    faults.raise_if_any(model=model)
    return result


def frame_faults(frame: Frame, schema: Schema, faults: FaultCollector) -> tuple[Frame, tuple[Warn, ...]]:
    """Do what `validate_frame` does, but add to a collector instead of raising."""
    notices = Notices()
    result = checked_frame(frame, schema, faults, notices)
    return result, notices.warnings()


def checked_frame(
    frame: Frame, schema: Schema, faults: FaultCollector, notices: Notices, *, ignored: Sequence[str] = ()
) -> Frame:
    """Do what `validate_frame` does, but add to collectors, which may hold those of earlier pieces of a body.

    Args:
        frame: Columns in the schema's types.
        schema: The contract.
        faults: Takes in what is wrong.
        notices: Takes in what there is to tell.
        ignored: Further columns that were sent and that the model does not have.
    """
    names = frame.names()
    sent = dict(zip(names, range(len(names)), strict=True))
    extra = [*(name for name in sent if name not in schema.inputs), *ignored]
    absent = [name for name in schema.inputs if name not in sent]
    for name in extra[:MOST_IGNORED]:
        notices.add(Notice(shortened(name, MOST_NAME), "ignored", 0, (), _ignored))
    if more := len(extra[MOST_IGNORED:]):
        notices.add(Notice("", "ignored", 0, (), partial(_more_ignored, more=more)))
    if absent:
        some = islice(absent_faults(absent, extra, list(schema.inputs)), MAX_FAULTS)
        faults.add_many(some, total=len(absent))
    if isinstance(frame.columns, NumberBlock) and frame.columns.names == tuple(schema.inputs):
        return Frame(_checked_block(frame.columns, schema, faults, notices), frame.rows)
    columns = {name: frame.columns[sent[name]] for name in schema.inputs if name in sent}
    settled = _settled(columns, schema, frame.rows)
    return Frame(
        tuple(
            column if name in settled else _checked(column, schema.inputs[name], faults, notices)
            for name, column in columns.items()
        ),
        frame.rows,
    )


def _checked_block(block: NumberBlock, schema: Schema, faults: FaultCollector, notices: Notices) -> NumberBlock:
    """Look at all columns at once, and closely only at those that want it."""
    values = block.values
    for place in np.flatnonzero(schema.number_limits.worth_a_look(values)).tolist():
        column = block[place]
        checked = _checked(column, schema.inputs[column.name], faults, notices)
        if checked is not column:
            values = block.values.copy() if values is block.values else values
            values[place] = checked.values
    return block if values is block.values else NumberBlock(block.names, values)


def _settled(columns: Mapping[str, Column], schema: Schema, rows: int) -> frozenset[str]:
    """Tell, where there are many columns of numbers, those of which there is nothing to say."""
    if len(columns) < _MANY_COLUMNS or rows > _FEW_ROWS:
        return frozenset()
    limits = schema.number_limits
    numbers = [columns[name] for name in limits.names if name in columns]
    if len(numbers) < max(len(limits.names), _MANY_COLUMNS) or any(column.type != "number" for column in numbers):
        return frozenset()
    wanted = limits.worth_a_look(np.array([column.values for column in numbers])).tolist()
    return frozenset(
        column.name for column, look in zip(numbers, wanted, strict=True) if not look and column.from_booleans is None
    )


def _checked(column: Column, spec: ColumnSpec, faults: FaultCollector, notices: Notices) -> Column:
    if column.from_booleans is not None and (taken := _taken_as_numbers(column, column.from_booleans)) is not None:
        notices.add(taken)
    if column.type in {"number", "integer"}:
        _in_range(column, spec, faults)
        if spec.infinite == "error" and (infinite := np.isinf(column.values)).any():
            report_infinities(column, infinite, faults)
    elif spec.levels is not None:
        column = _known_levels(column, spec, faults, notices)
    if spec.seen is not None and (notice := outside(column, spec)) is not None:
        notices.add(notice)
    return _no_gaps(column, spec, faults, notices)


def _in_range(column: Column, spec: ColumnSpec, faults: FaultCollector) -> None:
    if spec.min is None and spec.max is None and spec.values is None:
        return
    values = column.values
    present = ~column.is_missing()
    for limit, wrong, words in (
        (spec.min, np.less, "at least"),
        (spec.max, np.greater, "at most"),
    ):
        if limit is not None:
            _report_numbers(column, wrong(values, limit) & present, f"{words} {number_text(limit)}", faults)
    if spec.values is not None:
        expected = "one of " + ", ".join(number_text(value) for value in spec.values)
        unknown = ~np.isin(values, np.asarray(spec.values)) & present
        _report_numbers(column, unknown, expected, faults, code=Code.COLUMN_VALUE)


def _report_numbers(
    column: Column, where: np.ndarray, expected: str, faults: FaultCollector, *, code: Code = Code.COLUMN_RANGE
) -> None:
    name, values = column.name, column.values
    report_rows(
        faults,
        where,
        lambda i, row: Fault(
            code,
            f"column `{name}` must be {expected}",
            column=name,
            row=row,
            found=f"is {number_text(float(values[i]))}",
            expected=expected,
            received=number_text(float(values[i])),
        ),
    )


def _known_levels(column: Column, spec: ColumnSpec, faults: FaultCollector, notices: Notices) -> Column:
    levels = spec.levels or ()
    if spec.novel == "allow":
        return column
    known = spec.level_set
    # one look per distinct value, not per row
    if known.issuperset(column.values.tolist()):
        return column
    novel = np.fromiter((text not in known for text in column.values), dtype=bool, count=len(column.values))
    novel &= ~column.is_missing()
    if not novel.any():
        return column
    if spec.novel == "error":
        remedy = level_remedy(str(column.values[novel.argmax()]), levels)
        shown = ", ".join(levels[:5]) + (f" and {len(levels) - 5} more" if len(levels) > 5 else "")
        report_rows(
            faults,
            novel,
            lambda i, row: Fault(
                Code.COLUMN_LEVEL,
                f"column `{column.name}` must be one of {shown}",
                column=column.name,
                row=row,
                found=f'is "{str(column.values[i])[:80]}"',
                expected=f"one of {shown}",
                received=f'"{column.values[i]}"',
                remedy=remedy,
            ),
        )
        return column
    values = column.values.copy()
    missing = column.is_missing().copy()
    if spec.novel == "missing":
        values[novel] = ""
        missing |= novel
        became = "missing"
    else:
        values[novel] = spec.novel
        became = f"`{spec.novel}`"
    notices.add(_substituted(column.name, "novel", novel, f"had a new level, taken as {became}"))
    return Column(column.name, column.type, values, missing if missing.any() else None)


def _no_gaps(column: Column, spec: ColumnSpec, faults: FaultCollector, notices: Notices) -> Column:
    policy = spec.missing
    if policy == "allow":
        return column
    missing = column.is_missing()
    if not missing.any():
        return column
    if policy is None or policy == "error":
        report_rows(
            faults,
            missing,
            lambda _, row: Fault(
                Code.VALUE_MISSING,
                f"column `{column.name}` must not be missing",
                column=column.name,
                row=row,
                found="is",
                expected=spec.type,
                received="missing",
            ),
        )
        return column
    values = column.values.copy()
    if spec.type in {"date", "datetime"}:
        policy = canonical_moment(str(policy), spec.type, spec.timezone) or str(policy)
    values[missing] = policy
    shown = number_text(policy) if isinstance(policy, float) else policy
    notices.add(_substituted(column.name, "missing", missing, f"was missing, taken as `{shown}`"))
    return Column(column.name, column.type, values)


def _taken_as_numbers(column: Column, where: np.ndarray) -> Notice | None:
    rows = np.flatnonzero(where)
    if not len(rows):
        return None
    named = tuple((rows[:MAX_ROWS_NAMED] + 1).tolist())
    return Notice(column.name, "booleans", len(rows), named, _booleans)


def _booleans(notice: Notice) -> str:
    return (
        f"Column `{notice.column}`: true or false was taken as 1 or 0 in {notice.count} "
        f"row{'s' if notice.count > 1 else ''}. That the column holds numbers is only assumed."
    )


def _substituted(name: str, kind: str, where: np.ndarray, what: str) -> Notice:
    rows = np.flatnonzero(where)
    named = tuple((rows[:MAX_ROWS_NAMED] + 1).tolist())
    return Notice(name, kind, len(rows), named, partial(_substitution, what=what))


def _substitution(notice: Notice, *, what: str) -> str:
    return f"Column `{notice.column}` {what} in {notice.count} row{'s' if notice.count > 1 else ''}."


def _ignored(notice: Notice) -> str:
    return f"Column `{notice.column}` was ignored: the model does not use it."


def _more_ignored(_: Notice, *, more: int) -> str:
    return f"{more} more column{'s were' if more > 1 else ' was'} ignored: the model does not use them."
