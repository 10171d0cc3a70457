"""All sections that `ao.toml` can have: whoever adds one puts a module into `sections/`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

from anops_project import sections as folder
from anops_project.section import Section

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def sections() -> Mapping[str, type[Section]]:
    """Return the classes of all sections by their names in `ao.toml`, in the order of the reference."""
    modules = [
        importlib.import_module(f"{folder.__name__}.{found.name}") for found in pkgutil.iter_modules(folder.__path__)
    ]
    kinds = [
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Section) and kind.__module__ == module.__name__
    ]
    return {kind.about.name: kind for kind in sorted(kinds, key=lambda kind: kind.about.place)}
