"""Finds what is known of the library that an object comes from, by entry points."""

from __future__ import annotations

import sys
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from anops_worker.installed_whole import not_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import EntryPoint

    from anops_worker.libraries.library import Library

FAMILIES = "anops.families"
"""The entry point group in which a distribution offers what it knows of a library, under the library's name."""

_NO_LIBRARIES = frozenset({"finding", "formulas", "library"})
"""The files beside those of the libraries."""


@cache
def _offered() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=FAMILIES)}


@cache
def _own() -> frozenset[str]:
    """Return the libraries that we have a file for."""
    files = {path.stem for path in Path(__file__).parent.glob("[!_]*.py")} - _NO_LIBRARIES
    # `xgboost_levels` is a part of what is known of xgboost
    return frozenset(file for file in files if not any(file.startswith(f"{other}_") for other in files))


@cache
def _library(name: str) -> Library | None:
    entry = _offered().get(name)
    if entry is None and name in _own():
        raise not_whole(FAMILIES, name, f"tell what is known of {name}")
    return None if entry is None else cast("Library", entry.load()())


def library_named(name: str) -> Library | None:
    """Return what is known of a library.

    Args:
        name: Its module's.
    """
    return _library(name)


_of_kinds: dict[type, tuple[Library, ...]] = {}


def _of_kind(kind: type) -> tuple[Library, ...]:
    names = dict.fromkeys(str(each.__module__).partition(".")[0] for each in kind.__mro__)
    return tuple(found for name in names if (found := _library(name)) is not None)


def libraries_of(model: object) -> tuple[Library, ...]:
    """Return what is known of the libraries that an object's class comes from, the nearest first.

    Args:
        model: The fitted object.

    Raises:
        AnOpsError: `MODEL_LOAD`: we know the library, and our installation does not say so.
    """
    kind = type(model)
    if kind not in _of_kinds:
        _of_kinds[kind] = _of_kind(kind)
    return _of_kinds[kind]


def loaded() -> Iterator[Library]:
    """Yield what is known of each library that is imported in this process."""
    for name in _offered():
        if name in sys.modules and (found := _library(name)) is not None:
            yield found


def library_says(model: object, ask: Any) -> Any:  # noqa: ANN401  a function of a library, and what it says
    """Return what the first library says that has something to say.

    Args:
        model: The fitted object.
        ask: A function of a library.
    """
    return next((said for library in libraries_of(model) if (said := ask(library)) is not None), None)
