"""What expressions over columns come to, for all rows at once.

Apart from reading them, which many do that never work one out: NumPy takes its time and memory.
"""

from __future__ import annotations

import ast
import operator
from functools import reduce
from typing import TYPE_CHECKING, Any, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from anops_model_interface.expressions import Expression

_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": np.abs,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "min": np.minimum,
    "max": np.maximum,
}


def worked_out(expression: Expression, columns: Mapping[str, np.ndarray], missing: np.ndarray) -> np.ndarray:
    """Work an expression out; one that `Expression.misfit` finds nothing wrong with.

    Args:
        expression: What was read.
        columns: The values of each column in it, 1-D, of one length.
        missing: The rows in which one of those is missing, 1-D, bool.

    Returns:
        Numbers, one for each row; NaN where something in it is missing.
    """
    named = {word: columns[name] for word, name in expression.quoted.items()}
    with np.errstate(all="ignore"):
        values = np.asarray(_value(expression.tree, {**columns, **named}), dtype=np.float64)
    return np.where(missing, np.nan, np.broadcast_to(values, missing.shape))


def _value(node: ast.expr, columns: Mapping[str, np.ndarray]) -> Any:  # noqa: ANN401, PLR0911  numbers, texts, arrays; a line for each kind
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=word):
            return _number(columns[word])
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _number(np.logical_not(_value(operand, columns)))
        case ast.UnaryOp(operand=operand):
            return -_value(operand, columns)
        case ast.BinOp(left=left, op=op, right=right):
            return _ARITHMETIC[type(op)](_value(left, columns), _value(right, columns))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _number(_COMPARISONS[type(op)](_value(left, columns), _value(right, columns)))
        case ast.BoolOp(op=op, values=values):
            join = np.logical_and if isinstance(op, ast.And) else np.logical_or
            return _number(reduce(join, [_value(value, columns) for value in values]))
    call = cast("ast.Call", node)
    function = _FUNCTIONS[cast("ast.Name", call.func).id]
    return function(*(_value(argument, columns) for argument in call.args))


def _number(values: Any) -> Any:  # noqa: ANN401  one value or an array
    """Return true and false as 1 and 0, so that they add up; texts as they are."""
    array = np.asarray(values)
    return values if array.dtype == object else array.astype(np.float64)
