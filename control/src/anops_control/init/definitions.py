"""Tells a file of functions, which a saved model may need, from a script that fits a model."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anops_project.sections.project import Language

_R_FUNCTION = re.compile(r"^[\w.]+\s*(<-|=)\s*(function\b|\\\()", re.MULTILINE)
_R_WORK = re.compile(
    r"^(?!library\(|require\(|suppress\w+\(|function\(|if\s*\()"
    r"([\w.]+\s*(<-|=)\s*(?!function\b|c\(|list\())?[A-Za-z.][\w.:]*\(",
    re.MULTILINE,
)
"""A call at the beginning of a line, or one whose result is kept, as in `fit <- lm(`."""
_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)


def defines_alone(text: str, language: Language) -> bool:
    """Say whether a file defines functions or imports modules, and does nothing else.

    Args:
        text: What is in it.
        language: Whose code it is.
    """
    return _r_defines_alone(text) if language == "r" else _python_defines_alone(text)


def _r_defines_alone(text: str) -> bool:
    return _R_FUNCTION.search(text) is not None and _R_WORK.search(text) is None


def _python_defines_alone(text: str) -> bool:
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return False
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]  # what the file says of itself
    return bool(body) and all(isinstance(each, _DEFINITIONS) and not _fits(each) for each in body)


def _fits(statement: ast.stmt) -> bool:
    """Say whether a value is kept of what `fit` gives."""
    calls = (node.func for node in ast.walk(statement) if isinstance(node, ast.Call))
    fits = any(isinstance(called, ast.Attribute) and called.attr == "fit" for called in calls)
    return fits and not isinstance(statement, ast.FunctionDef | ast.ClassDef)
