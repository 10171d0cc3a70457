"""Sums over columns as a person writes them: `amount * (prediction > 0.5)`, worked out for all rows at once.

Only arithmetic, comparisons, `and`, `or`, `not`, numbers, texts and a few functions: what is written is looked at as a
tree, and never run. A name that is no word of Python stands in backquotes: `Gear Type`.
"""

from __future__ import annotations

import ast
import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST_LETTERS = 500
"""How long one may be."""

_QUOTED = re.compile(r"`([^`]+)`")
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
_TWO = {"min", "max"}


@dataclass(frozen=True, slots=True)
class Expression:
    """One that was read.

    Attributes:
        text: As it was written.
        names: The columns in it.
    """

    text: str
    names: frozenset[str]
    _tree: ast.expr
    _quoted: Mapping[str, str]

    @classmethod
    def of(cls, text: str) -> Expression:
        """Read one.

        Raises:
            ValueError: Something in it is not known here; the text says what.
        """
        if len(text) > MOST_LETTERS:
            raise ValueError(f"must have at most {MOST_LETTERS} letters")
        quoted: dict[str, str] = {}

        def name(found: re.Match[str]) -> str:
            word = f"_quoted_{len(quoted)}"
            quoted[word] = found[1]
            return word

        try:
            tree = ast.parse(_QUOTED.sub(name, text).strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise ValueError(f"can't be read as an expression such as `amount * (prediction > 0.5)`: {text}") from None
        found: set[str] = set()
        _look_at(tree, found)
        return cls(text, frozenset(quoted.get(each, each) for each in found), tree, quoted)

    def values(self, columns: Mapping[str, np.ndarray]) -> np.ndarray:
        """Work it out.

        Args:
            columns: The values of each column in it, 1-D, of one length; a missing number is NaN.

        Returns:
            Numbers, one for each row; NaN where something in it is missing.
        """
        rows = max((len(values) for values in columns.values()), default=0)
        with np.errstate(all="ignore"):
            worked = np.asarray(self._work(self._tree, columns), dtype=np.float64)
        return np.broadcast_to(worked, (rows,))

    def _work(self, node: ast.expr, columns: Mapping[str, np.ndarray]) -> Any:  # noqa: ANN401, PLR0911  numbers, texts, arrays; a line for each kind
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=word):
                return columns[self._quoted.get(word, word)]
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return np.logical_not(self._work(operand, columns))
            case ast.UnaryOp(operand=operand):
                return -self._work(operand, columns)
            case ast.BinOp(left=left, op=op, right=right):
                return _ARITHMETIC[type(op)](self._work(left, columns), self._work(right, columns))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return _COMPARISONS[type(op)](self._work(left, columns), self._work(right, columns))
            case ast.BoolOp(op=op, values=values):
                join = np.logical_and if isinstance(op, ast.And) else np.logical_or
                return join.reduce([np.asarray(self._work(value, columns), dtype=bool) for value in values])
        call = cast("ast.Call", node)
        function = _FUNCTIONS[cast("ast.Name", call.func).id]
        return function(*(self._work(argument, columns) for argument in call.args))


def _look_at(node: ast.expr, names: set[str]) -> None:
    """See that a tree holds nothing but what is known here, and gather its names."""
    match node:
        case ast.Constant(value=bool() | int() | float() | str()):
            inside: list[ast.expr] = []
        case ast.Name(id=word):
            names.add(word)
            inside = []
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            inside = [operand]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            inside = [left, right]
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
            inside = [left, right]
        case ast.BoolOp(values=values):
            inside = values
        case ast.Call(func=ast.Name(id=word), args=args, keywords=[]) if word in _FUNCTIONS:
            if len(args) != (2 if word in _TWO else 1):
                raise ValueError(f"`{word}()` takes {2 if word in _TWO else 1}")
            inside = args
        case _:
            raise ValueError(
                "may hold columns, numbers, texts, + - * /, comparisons, and, or, not, "
                f"{', '.join(f'{name}()' for name in _FUNCTIONS)}; not `{ast.unparse(node)[:80]}`"
            )
    for each in inside:
        _look_at(each, names)
