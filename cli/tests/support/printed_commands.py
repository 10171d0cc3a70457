"""Finds in the sources every command that a message tells a person to type."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from person import commands_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOURCES = (
    "cli/src/ao",
    "control/src/anops_control",
    "model-service-python/src/anops_model_service",
    "project/src/anops_project",
    "worker/src/anops_worker",
    "model-service-r/src/anops_model_service_r",
    "api-service/src/anops_api_service",
    "proto/src/anops_model_interface",
    "http-kit/src/anops_http",
    "tracking/src/anops_tracking",
    "data/src/anops_data",
    "experiments/src/anops_experiments",
    "features/src/anops_features",
    "schedules/src/anops_schedules",
    "monitoring/src/anops_monitoring",
    "workspaces/src/anops_workspaces",
    "client/src",
    "client/r/anops",
)
MAKE_COMMANDS = frozenset(
    {"install_command", "install_line", "install_package", "install_remedy", "missing_remedy", "take_new"}
)
"""Functions whose value is a command, or has one in it: a message that holds it prints what they make."""
_R_WORDS = re.compile(r"#[^\n]*|(?P<quote>[\"'])(?P<text>(?:\\.|(?!(?P=quote)).)*)(?P=quote)", re.DOTALL)


class Printed(NamedTuple):
    """A command that is printed.

    Attributes:
        module: The file that prints it, such as `ao/rules/predictions.py`.
        command: The command, `{}` where something is filled in.
    """

    module: str
    command: str


def printed_commands(root: Path) -> set[Printed]:
    """Return all commands that messages of the sources tell a person to type."""
    found = set()
    for source in SOURCES:
        folder = root / source
        for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.R")]):
            module = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            if "/tests/" in module:
                continue
            texts = _texts_of_python(path) if path.suffix == ".py" else _texts_of_r(path)
            found |= {Printed(module, command) for text in texts for command in _commands(text)}
    return found


def _commands(text: str) -> Iterator[str]:
    yield from (f"<{name}>" for name in re.findall(r"<(\w+)>", text) if name in MAKE_COMMANDS)
    for line in text.splitlines():
        for command in commands_in(line):
            yield re.sub(r"<\w+>", "{}", command)


def _texts_of_python(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and _is_text(node.value)
    }
    left_out = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and _is_text(node.value)
    }  # documentation
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and "EPILOG" in node.targets[0].id:
            left_out |= {id(child) for child in ast.walk(node)}  # examples of `--help`
        if isinstance(node, ast.keyword) and node.arg in {"help", "description", "prog"}:
            left_out |= {id(child) for child in ast.walk(node)}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"key", "About"}:
            left_out |= {id(argument) for argument in node.args}  # what a key of ao.toml is for
        if isinstance(node, ast.JoinedStr) and id(node) not in left_out:
            left_out |= {id(child) for child in node.values}
            yield "".join(_filled(part, constants) for part in node.values)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKE_COMMANDS:
            yield f"<{node.func.id}>"
    for node in ast.walk(tree):
        if id(node) not in left_out and _is_text(node):
            yield node.value


def _is_text(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _filled(part: ast.expr, constants: dict[str, str]) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    assert isinstance(part, ast.FormattedValue)
    value = part.value
    if isinstance(value, ast.Name) and value.id in constants:
        return constants[value.id]
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in MAKE_COMMANDS:
        return f"<{value.func.id}>"
    return "{}"


def _texts_of_r(path: Path) -> Iterator[str]:
    for found in _R_WORDS.finditer(path.read_text(encoding="utf-8")):
        if found["text"] is not None:
            yield found["text"].replace('\\"', '"')
