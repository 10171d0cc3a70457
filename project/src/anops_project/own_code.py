"""Reads code of a person from its source: it runs alone, in their own Python as well, and imports nothing of ours.

Byte code that Python keeps is told from its source by whole seconds and size: code that was changed within a second,
to as many bytes, would run as it was before.
"""

from __future__ import annotations

import sys
import sysconfig
from importlib import machinery
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import CodeType

_INSTALLED = frozenset({"site-packages", "dist-packages"})
_folders: set[Path] = set()


class SourceLoader(machinery.SourceFileLoader):
    """Loads a file as it is now, and keeps no byte code of it."""

    def get_code(self, fullname: str) -> CodeType:
        """Return what the file says, compiled."""
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


def read_from_source(folder: Path | str) -> None:
    """Let whatever is imported from below a folder be read from its source, but for packages installed there."""
    root, library = Path(folder).resolve(), Path(sysconfig.get_paths()["stdlib"]).resolve()
    if root in _folders:
        return
    _folders.add(root)
    kinds = (
        (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES),
        (SourceLoader, machinery.SOURCE_SUFFIXES),
        (machinery.SourcelessFileLoader, machinery.BYTECODE_SUFFIXES),
    )

    def finder(path: str) -> machinery.FileFinder:
        place = Path(path or ".").resolve()
        own = place.is_dir() and place.is_relative_to(root) and not place.is_relative_to(library)
        if not own or _INSTALLED.intersection(place.relative_to(root).parts):
            raise ImportError(path)  # as a hook says that it is another's
        return machinery.FileFinder(path, *kinds)

    sys.path_hooks.insert(0, finder)
    sys.path_importer_cache.clear()
