"""Columns of JSON values, made to fit the types of the schema."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from anops_model_interface.codes import Code
from anops_model_interface.columns import MAX_EXACT, Column, column_from_array, report_rows, type_remedy
from anops_model_interface.errors import Fault, FaultCollector
from anops_model_interface.level_numbers import numbers_as_levels
from anops_model_interface.stand_ins import stand_in
from anops_model_interface.words import article, kind_of, number_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from anops_model_interface.schema import ColumnSpec

INFINITIES: Mapping[str, float] = {"Inf": math.inf, "-Inf": -math.inf}
"""How JSON, which has no infinities, writes them; both ways."""

_NONE = type(None)
_ALLOWED: Mapping[str, frozenset[type]] = {
    "number": frozenset({float, int, _NONE}),
    "integer": frozenset({int, float, _NONE}),
    "boolean": frozenset({bool, _NONE}),
    "category": frozenset({str, int, float, _NONE}),
}
_TEXT: frozenset[type] = frozenset({str, _NONE})


_SIZES: Mapping[str, str] = {
    "number": "a number below 2^1024 in size",
    "integer": "a whole number below 2^63 in size",
}
"""What is said of a number that is larger than any of its type."""


class Huge(str):
    """The digits of a JSON number that no double and no 64-bit integer holds."""

    __slots__ = ()


def column_of(name: str, values: Sequence[Any], spec: ColumnSpec, faults: FaultCollector) -> Column:
    """Make a column of JSON values.

    Args:
        name: The column's name.
        values: What was sent; None is missing.
        spec: What the column must be.
        faults: Takes in the values that have the wrong type.

    Returns:
        The column; where a value has the wrong type, another that fits stands in its row, so that the others can
        still be checked. Levels and ranges are not looked at here.
    """
    kinds = set(map(type, values))
    if spec.assumed and bool in kinds:
        taken = np.array([type(value) is bool for value in values])
        numbers = [float(value) if type(value) is bool else value for value in values]
        return replace(column_of(name, numbers, spec, faults), from_booleans=taken)
    allowed = _ALLOWED.get(spec.type, _TEXT)
    if not kinds <= allowed and not (spec.type == "number" and _only_infinities(values, kinds)):
        wrong = _wrong(values, allowed, spec)
        _report(name, wrong, values, spec, faults)
        return column_of(name, _fixed(values, wrong, spec), spec, faults)
    if spec.type == "number":
        return _number(name, values, spec, faults)
    missing = np.array([value is None for value in values], dtype=bool) if _NONE in kinds else None
    if spec.type == "integer":
        return _integer(name, values, missing, kinds, spec=spec, faults=faults)
    if spec.type == "boolean":
        return Column(name, "boolean", np.array([value or False for value in values], dtype=bool), missing)
    if kinds & {int, float}:
        values = numbers_as_levels(values, spec.levels)
    texts = np.empty(len(values), dtype=object)
    texts[:] = values if missing is None else ["" if value is None else value for value in values]
    return column_from_array(name, texts, missing, spec, faults)


def _only_infinities(values: Sequence[Any], kinds: set[type]) -> bool:
    return kinds <= {float, int, _NONE, str} and all(value in INFINITIES for value in values if type(value) is str)


def _number(name: str, values: Sequence[Any], spec: ColumnSpec, faults: FaultCollector) -> Column:
    # numpy reads None as NaN, and "Inf" as an infinity
    numbers = np.array(values, dtype=np.float64)
    if not (np.abs(numbers) < MAX_EXACT).all():
        lost = np.array([type(value) is int and int(float(value)) != value for value in values], dtype=bool)
        if lost.any():
            _report(name, lost, values, spec, faults, "a whole number up to 2^53 in size")
    return Column(name, "number", numbers)


def _integer(
    name: str,
    values: Sequence[Any],
    missing: np.ndarray | None,
    kinds: set[type],
    *,
    spec: ColumnSpec,
    faults: FaultCollector,
) -> Column:
    if float in kinds:
        broken = np.array([isinstance(value, float) and not value.is_integer() for value in values])
        if broken.any():
            _report(name, broken, values, spec, faults, "a whole number")
            values = _fixed(values, broken, spec)
        values = [value if value is None else int(value) for value in values]
    filled = values if missing is None else [value or 0 for value in values]
    try:
        return Column(name, "integer", np.array(filled, dtype=np.int64), missing)
    except OverflowError:
        beyond = np.array([not -(1 << 63) <= value < 1 << 63 for value in filled])
        _report(name, beyond, values, spec, faults, "a whole number below 2^63 in size", Code.COLUMN_RANGE)
        return Column(name, "integer", np.array(_fixed(filled, beyond, spec), dtype=np.int64), missing)


def _fixed(values: Sequence[Any], wrong: np.ndarray, spec: ColumnSpec) -> list[Any]:
    other = stand_in(spec)
    return [other if bad else value for value, bad in zip(values, wrong.tolist(), strict=True)]


def _wrong(values: Sequence[Any], allowed: frozenset[type], spec: ColumnSpec) -> np.ndarray:
    number = spec.type == "number"
    return np.array(
        [
            type(value) not in allowed and not (number and type(value) is str and value in INFINITIES)
            for value in values
        ],
        dtype=bool,
    )


def _report(
    name: str,
    where: np.ndarray,
    values: Sequence[Any],
    spec: ColumnSpec,
    faults: FaultCollector,
    expected: str | None = None,
    code: Code = Code.COLUMN_TYPE,
) -> None:
    def fault_at(i: int, row: int) -> Fault:
        value = values[i]
        huge = isinstance(value, Huge)
        must = expected or (_SIZES.get(spec.type) if huge else None) or article(spec.type)
        kind = "" if expected or huge else f", not {kind_of(value)}"
        return Fault(
            code,
            f"column `{name}` must be {must}{kind}",
            column=name,
            row=row,
            found=f"is {shown(value)}",
            expected=must,
            received=shown(value),
            remedy=None
            if huge or code != Code.COLUMN_TYPE
            else type_remedy(name, spec.type, is_text=isinstance(value, str), assumed=spec.assumed),
        )

    report_rows(faults, where, fault_at)


def shown(value: object, limit: int = 40) -> str:
    """Write a JSON value for a message: text in quotes, long ones shortened."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and not isinstance(value, Huge):
        text = f'"{value}"'
    elif isinstance(value, float):
        text = number_text(value)
    elif isinstance(value, list | dict):
        text = "a list" if isinstance(value, list) else "an object"
    else:
        text = str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
