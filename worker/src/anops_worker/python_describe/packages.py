"""Which packages a fitted Python object needs to be loaded."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from anops_project.packages import distribution_of, version_of

from anops_worker.libraries.finding import libraries_of
from anops_worker.python_describe.pickled_modules import modules_inside
from anops_worker.skops_files import is_skops

if TYPE_CHECKING:
    from pathlib import Path

_OURS = "anops"


def packages_of(model: object) -> dict[str, str]:
    """Find the packages that the classes inside a model come from.

    Args:
        model: The fitted object.

    Returns:
        Distributions and their installed versions, by name; the standard library and AnOps are left out.
    """
    modules = modules_inside(model) | {kind.__module__ for kind in type(model).__mro__}
    modules |= {name for library in libraries_of(model) for name in library.modules(model)}
    return _distributions(modules)


def packages_of_file(path: Path) -> dict[str, str]:
    """Find the packages that read a model's file, whatever is in it."""
    return _distributions({"skops"}) if is_skops(path) else {}


def packages_of_code(path: Path) -> dict[str, str]:
    """Find the packages that a Python file imports, wherever in it."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules.add(node.module)
    return _distributions(modules)


def _distributions(modules: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for top in {module.partition(".")[0] for module in modules} - set(sys.stdlib_module_names):
        name = distribution_of(top)
        version = version_of(name) if name else None
        if name and version and not name.startswith(_OURS):
            found[name] = version
    return dict(sorted(found.items(), key=lambda item: item[0].lower()))
