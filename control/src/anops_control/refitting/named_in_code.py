"""Says which columns a project's own code sees to: those that it names."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anops_project.sections.project import Language

_R_COMMENT_OR_TEXT = re.compile(r"#[^\n]*|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`")
_R_ARGUMENTS = frozenset({"path", "model", "data", "newdata", "object", "x"})
"""What the two functions call their own arguments; a column of such a name is found in quotes or behind a `$`."""


def names_in(code: str, language: Language) -> frozenset[str]:
    """Return the names that code uses as columns may be named; comments and documentation name none.

    Args:
        code: The text of `model.R` or `model.py`.
        language: What it is written in.
    """
    return _in_r(code) if language == "r" else _in_python(code)


def _in_python(code: str) -> frozenset[str]:
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return frozenset()
    documentation = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            found |= {node.value, *re.findall(r"[\w.]+", node.value)}  # data.eval("a + b")
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.keyword) and node.arg is not None:
            found.add(node.arg)
    return frozenset(found)


def _in_r(code: str) -> frozenset[str]:
    texts: list[str] = []

    def _taken_out(found: re.Match[str]) -> str:
        if not found[0].startswith("#"):
            texts.append(found[0][1:-1])
        return " "

    bare = _R_COMMENT_OR_TEXT.sub(_taken_out, code)
    words = set(re.findall(r"[\w.]+", bare)) - _R_ARGUMENTS
    chosen = set(re.findall(r"[$@]\s*([\w.]+)", bare))
    return frozenset({*words, *chosen, *texts, *(word for text in texts for word in re.findall(r"[\w.]+", text))})
