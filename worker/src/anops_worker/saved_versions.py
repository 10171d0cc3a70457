"""Which version of a library saved a model, where that is another one than is installed."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from anops_project.packages import distribution_of, install_command, version_of

from anops_worker.libraries.finding import library_named, loaded

if TYPE_CHECKING:
    import warnings
    from collections.abc import Iterable

    from anops_worker.libraries.library import Library


def pinned(path: Path, module: str, distribution: str) -> str:
    """Return how to ask for a distribution, in the version that saved a model where the file says it.

    Args:
        path: The model's file.
        module: A module of the distribution.
        distribution: The name that it is installed by.
    """
    library = library_named(module.partition(".")[0])
    saved = None if library is None else _in_file(path, library)
    return f"{distribution}=={saved}" if saved else distribution


def other_version(path: Path) -> str | None:
    """Say what to install where another version of a library saved a model, as its file says; else None.

    Args:
        path: The model's file.
    """
    for library in loaded():
        saved = _in_file(path, library)
        if saved is not None and (advice := _advice(library, saved)):
            return advice
    return None


def failed_inside(error: BaseException) -> str | None:
    """Say of a failure inside a library, which may be older than the one that saved a model, which it is; else None.

    Args:
        error: What loading the model raised.
    """
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        parts = Path(frame.filename).parts
        inside = parts[parts.index("site-packages") + 1 :] if "site-packages" in parts else parts
        distribution = distribution_of(Path(inside[0]).stem) if inside and inside[0] != "/" else None
        version = version_of(distribution) if distribution else None
        if distribution and version and distribution != "joblib":
            newer = install_command("--upgrade", distribution)
            return (
                f"It failed inside {distribution} {version}. Install the version that the model was saved with; if "
                f"that was a newer one: {newer}"
            )
    return None


def told_by(caught: Iterable[warnings.WarningMessage]) -> tuple[str, str] | None:
    """Say what a warning of loading a model tells of the version that saved it; None where none tells.

    Args:
        caught: The warnings.

    Returns:
        What a person should know, and what to do where the model can't be used.
    """
    for warning in caught:
        for library in loaded():
            saved = library.version_in(warning.message)
            if saved is None:
                continue
            name, here = str(library.distribution), version_of(str(library.distribution)) or "another"
            note = (
                f"The model was saved with {name} {saved}, and {here} is installed: its predictions may differ. "
                f"Install that version ({install_command(f'{name}=={saved}')}), or save the model again."
            )
            return note, _advice(library, saved) or note
    return None


def _in_file(path: Path, library: Library) -> str | None:
    return library.version_saved(path.read_bytes()) if path.is_file() else None


def _advice(library: Library, saved: str) -> str | None:
    name = str(library.distribution)
    here = version_of(name)
    if saved == here:
        return None
    return f"It was saved with {name} {saved}, and {here} is installed: {install_command(f'{name}=={saved}')}"
