"""A frame checked against the schema, with its policies for missing values and new levels applied."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import numpy as np

from anops_model_interface.columns import report_rows
from anops_model_interface.errors import Code, Fault, FaultCollector
from anops_model_interface.extrapolation import extrapolation
from anops_model_interface.frames import Column, Frame, Warn
from anops_model_interface.moments import canonical_moment
from anops_model_interface.schema import number_text

if TYPE_CHECKING:
    from anops_model_interface.schema import ColumnSpec, Schema

MAX_ROWS_NAMED = 20
"""How many rows a warning names."""


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
    sent = {column.name: column for column in frame.columns}
    extra = [name for name in sent if name not in schema.inputs]
    absent = [name for name in schema.inputs if name not in sent]
    warnings = [Warn(f"Column `{name}` was ignored: the model does not use it.", column=name) for name in extra]
    for name in absent:
        faults.add(_absent(name, extra))
    columns: list[Column] = []
    for name, spec in schema.inputs.items():
        if name in sent:
            columns.append(_checked(sent[name], spec, faults, warnings))
    return Frame(tuple(columns), frame.rows), tuple(warnings)


def _checked(column: Column, spec: ColumnSpec, faults: FaultCollector, warnings: list[Warn]) -> Column:
    if column.type in {"number", "integer"}:
        _in_range(column, spec, faults)
    elif spec.levels is not None:
        column = _known_levels(column, spec, faults, warnings)
    if spec.seen is not None and (outside := extrapolation(column, spec)) is not None:
        warnings.append(outside)
    return _no_gaps(column, spec, faults, warnings)


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
        lambda i: Fault(
            code,
            f"column `{name}` must be {expected}; row {i + 1} is {number_text(float(values[i]))}",
            column=name,
            row=i + 1,
            expected=expected,
            received=number_text(float(values[i])),
        ),
    )


def _known_levels(column: Column, spec: ColumnSpec, faults: FaultCollector, warnings: list[Warn]) -> Column:
    levels = spec.levels or ()
    known = set(levels)
    # one look per distinct value, not per row
    if known.issuperset(column.values.tolist()):
        return column
    novel = np.fromiter((text not in known for text in column.values), dtype=bool, count=len(column.values))
    novel &= ~column.is_missing()
    if not novel.any():
        return column
    if spec.novel == "error":
        shown = ", ".join(levels[:5]) + (f" and {len(levels) - 5} more" if len(levels) > 5 else "")
        report_rows(
            faults,
            novel,
            lambda i: Fault(
                Code.COLUMN_LEVEL,
                f'column `{column.name}` must be one of {shown}; row {i + 1} is "{str(column.values[i])[:80]}"',
                column=column.name,
                row=i + 1,
                expected=f"one of {shown}",
                received=f'"{column.values[i]}"',
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
    warnings.append(_substituted(column.name, novel, f"had a new level, taken as {became}"))
    return Column(column.name, column.type, values, missing if missing.any() else None)


def _no_gaps(column: Column, spec: ColumnSpec, faults: FaultCollector, warnings: list[Warn]) -> Column:
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
            lambda i: Fault(
                Code.VALUE_MISSING,
                f"column `{column.name}` must not be missing; row {i + 1} is",
                column=column.name,
                row=i + 1,
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
    warnings.append(_substituted(column.name, missing, f"was missing, taken as `{shown}`"))
    return Column(column.name, column.type, values)


def _substituted(name: str, where: np.ndarray, what: str) -> Warn:
    rows = tuple(int(i) + 1 for i in np.flatnonzero(where)[:MAX_ROWS_NAMED])
    count = int(where.sum())
    return Warn(f"Column `{name}` {what} in {count} row{'s' if count > 1 else ''}.", column=name, rows=rows)


def _absent(name: str, extra: list[str]) -> Fault:
    near = difflib.get_close_matches(name, extra, n=1)
    hint = f"; is `{near[0]}` meant to be it?" if near else ""
    return Fault(Code.COLUMN_MISSING, f"column `{name}` is missing{hint}", column=name, expected=f"column `{name}`")
