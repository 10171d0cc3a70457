"""Reads models that skops saved, a format in which nothing runs that it does not know to be safe."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zipfile import is_zipfile

from anops_worker.pickle_failures import load_failure

if TYPE_CHECKING:
    from pathlib import Path


def is_skops(path: Path) -> bool:
    """Say whether a file is one of skops, by its name and its first bytes."""
    return path.suffix.lower() == ".skops" and path.is_file() and is_zipfile(path)


def read_skops(path: Path) -> object:
    """Load a model that skops saved.

    Raises:
        AnOpsError: `MODEL_LOAD`: it holds types of which skops does not know whether they are safe.
    """
    from skops import io  # noqa: PLC0415  most environments have no skops

    unknown = io.get_untrusted_types(file=path)
    if unknown:
        listed = ", ".join(f"`{name}`" for name in unknown[:5])
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        raise load_failure(
            path,
            f"it holds types that skops does not know to be safe: {listed}{more}.",
            "Where you trust them, put this line into a file model.py beside it, and name the model again: "
            f"def load_model(path): import skops.io; return skops.io.load(path, trusted={unknown!r})",
        )
    return io.load(path)
