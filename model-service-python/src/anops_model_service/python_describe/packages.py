"""Which packages a fitted Python object needs to be loaded."""

from __future__ import annotations

import ast
import io
import pickle
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from anops_model_service.model_data import formula_spec
from anops_model_service.packages import distribution_of, version_of

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
    collector = _Collector()
    with suppress(Exception):  # what can't be pickled was still seen up to there
        collector.dump(model)
    modules = collector.modules | {kind.__module__ for kind in type(model).__mro__}
    formula = formula_spec(getattr(model, "model", None))
    modules.add(type(formula).__module__)  # statsmodels saves its formula without the parser's objects
    return _distributions(modules)


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


class _Sink(io.RawIOBase):
    """Takes in bytes and keeps none."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:  # noqa: ANN401  any buffer
        return len(data)


class _Collector(pickle.Pickler):
    """Walks through an object as pickling would, and notes where its classes and functions live."""

    def __init__(self) -> None:
        super().__init__(_Sink(), protocol=5, buffer_callback=lambda _: None)
        self.modules: set[str] = set()

    def reducer_override(self, obj: Any, /) -> Any:  # noqa: ANN401  pickle calls it with anything
        home = obj if isinstance(obj, type) or callable(obj) else type(obj)
        self.modules.add(getattr(home, "__module__", None) or "")
        self.modules.add(type(obj).__module__ or "")
        return NotImplemented
