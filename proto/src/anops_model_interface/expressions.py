"""Sums over columns as a person writes them: `amount * (prediction > 0.5)`; `working_out` has what they come to.

Only arithmetic, comparisons, `and`, `or`, `not`, numbers, texts and a few functions: what is written is looked at as a
tree, and never run. A name that is no word of Python stands in backquotes: `Gear Type`.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MOST_LETTERS = 500
"""How long one may be."""

_QUOTED = re.compile(r"`([^`]+)`")
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
FUNCTIONS = {"abs": 1, "exp": 1, "log": 1, "sqrt": 1, "min": 2, "max": 2}
"""The functions there are, and how many values each takes."""


@dataclass(frozen=True, slots=True)
class Expression:
    """One that was read.

    Attributes:
        text: As it was written.
        names: The columns in it.
        tree: What it says, of nothing but what is known here.
        quoted: The columns that stand in backquotes, by their names in the tree.
    """

    text: str
    names: frozenset[str]
    tree: ast.expr
    quoted: Mapping[str, str]

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

    def misfit(self, texts: Collection[str]) -> str | None:
        """Say what in it can't be worked out where some columns hold text; None: nothing."""
        hidden = {word for word, name in self.quoted.items() if name in texts}
        try:
            kind = _kind(self.tree, {*texts, *hidden})
        except _MisfitError as error:
            return self._as_written(str(error))
        return "is a text, which can't be summed" if kind == "text" else None

    def _as_written(self, text: str) -> str:
        for word, name in self.quoted.items():
            text = text.replace(word, name)
        return text


class _MisfitError(Exception):
    """A text where a number must be, or the other way round."""


def _kind(node: ast.expr, texts: Collection[str]) -> str:
    """Return what a tree comes to: "number" or "text"."""
    match node:
        case ast.Constant(value=value):
            return "text" if isinstance(value, str) else "number"
        case ast.Name(id=word):
            return "text" if word in texts else "number"
        case ast.Compare(left=left, comparators=[right]):
            sides = {_kind(side, texts): side for side in (left, right)}
            if len(sides) > 1:
                number, text = ast.unparse(sides["number"]), ast.unparse(sides["text"])
                raise _MisfitError(
                    f"compares the text `{text}` with the number `{number}`: compare a text with one in quotation "
                    f"marks, such as `== '{number}'`, and a number with one without"
                )
            return "number"
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.expr) and not _is_function(part, node) and _kind(part, texts) == "text":
            raise _MisfitError(
                f"calculates with the text `{ast.unparse(part)}`; a text can only be compared, such as `== 'a'`"
            )
    return "number"


def _is_function(part: ast.expr, node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and part is node.func


def _look_at(node: ast.expr, names: set[str]) -> None:
    """Check that a tree holds nothing but what is known here, and gather its names."""
    match node:
        case ast.Constant(value=bool() | int() | float() | str()):
            inside: list[ast.expr] = []
        case ast.Name(id=word):
            names.add(word)
            inside = []
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            inside = [operand]
        case ast.BinOp(left=left, op=op, right=right) if isinstance(op, ARITHMETIC):
            inside = [left, right]
        case ast.Compare(left=left, ops=[op], comparators=[right]) if isinstance(op, COMPARISONS):
            inside = [left, right]
        case ast.BoolOp(values=values):
            inside = values
        case ast.Call(func=ast.Name(id=word), args=args, keywords=[]) if word in FUNCTIONS:
            if len(args) != FUNCTIONS[word]:
                raise ValueError(f"`{word}()` takes {FUNCTIONS[word]}")
            inside = args
        case _:
            raise ValueError(
                "may hold columns, numbers, texts, + - * /, comparisons, and, or, not, "
                f"{', '.join(f'{name}()' for name in FUNCTIONS)}; not `{ast.unparse(node)[:80]}`"
            )
    for each in inside:
        _look_at(each, names)
