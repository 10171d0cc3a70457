"""Packs files as the Docker engine takes them: a tar archive."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def packed(files: Mapping[str, bytes], folders: Iterable[str] = ()) -> bytes:
    """Return an archive.

    Args:
        files: Their content by path.
        folders: Folders that must be there even without a file.
    """
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w") as archive:
        for folder in folders:
            entry = tarfile.TarInfo(folder)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(entry)
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o644
            archive.addfile(entry, io.BytesIO(content))
    return into.getvalue()
