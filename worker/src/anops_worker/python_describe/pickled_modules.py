"""Finds the modules that a pickled object refers to, also from inside functions and classes that are pickled whole."""

from __future__ import annotations

import io
import pickle
import sys
from contextlib import suppress
from functools import reduce
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_BY_VALUE = "cloudpickle"
"""What writes functions and classes of a script whole, and must be there to read them."""


def modules_inside(model: object) -> set[str]:
    """Return the names of the modules that a fitted object needs to be loaded.

    Args:
        model: The loaded object.
    """
    collector = _Collector()
    with suppress(Exception):  # what can't be pickled was still seen up to there
        collector.dump(model)
    # it is imported where a file needed it: a class that a script and model.py share does not
    if collector.is_by_value and _BY_VALUE in sys.modules:
        collector.modules.add(_BY_VALUE)
    return collector.modules


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
        self.is_by_value = False
        self._opened: set[int] = set()

    def reducer_override(self, obj: Any, /) -> Any:  # noqa: ANN401  pickle calls it with anything
        if isinstance(obj, ModuleType):
            self.modules.add(obj.__name__)
            return str, ("",)
        home = obj if isinstance(obj, type) or callable(obj) else type(obj)
        self.modules.add(_module_of(home))
        self.modules.add(type(obj).__module__ or "")
        if not isinstance(obj, type | FunctionType) or _is_importable(obj):
            return NotImplemented
        self.is_by_value = True
        if id(obj) in self._opened:
            return str, ("",)
        self._opened.add(id(obj))
        return list, (list(_parts(obj)),)


def _module_of(home: Any) -> str:  # noqa: ANN401
    """Return where something lives; ufuncs do not say, and pickle looks for them."""
    module = getattr(home, "__module__", None)
    name = getattr(home, "__name__", None)
    if module is None and name is not None:
        module = pickle.whichmodule(home, name)  # type: ignore[attr-defined]
    return module or ""


def _is_importable(obj: type | FunctionType) -> bool:
    """Say whether pickle refers to it by its name; None and the like have types without one."""
    if obj.__module__ == "builtins":
        return True
    found: Any = sys.modules.get(obj.__module__ or "")
    with suppress(AttributeError):
        return reduce(getattr, obj.__qualname__.split("."), found) is obj
    return False


def _parts(obj: type | FunctionType) -> Iterator[Any]:
    """Yield what a class or function that is pickled whole brings along."""
    if isinstance(obj, type):
        yield from obj.__bases__
        inner = (getattr(value, "__func__", getattr(value, "fget", value)) for value in vars(obj).values())
        yield from (value for value in inner if isinstance(value, FunctionType))
        return
    for cell in obj.__closure__ or ():
        with suppress(ValueError):  # never filled
            yield cell.cell_contents
    yield from (obj.__globals__[name] for name in _names(obj.__code__) if name in obj.__globals__)


def _names(code: CodeType) -> set[str]:
    """Return the names that code looks up, that of functions inside it too."""
    inner = [_names(constant) for constant in code.co_consts if isinstance(constant, CodeType)]
    return set(code.co_names).union(*inner)
