"""Loads a fitted model from its file, with the statistician's own classes where a pickle needs them."""

from __future__ import annotations

import pickle
import sys
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

from anops_worker.libraries.finding import libraries_of, loaded
from anops_worker.pickle_failures import explain, load_failure, refused_by_the_system, unknown_name
from anops_worker.skops_files import is_skops, read_skops

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_COMPRESSED = (b"x\x01", b"x\x5e", b"x\x9c", b"x\xda", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"]\x00\x00", b"\x04\x22M\x18")
"""How the files begin that joblib has compressed: zlib, gzip, bz2, xz, lzma, lz4."""
_USUAL = {"np": "numpy", "numpy": "numpy", "pd": "pandas", "pandas": "pandas", "math": "math", "scipy": "scipy"}
"""What a script imports under a name that says what it is; a formula may call it, and no saved model keeps it."""


def load_artifact(path: Path, code: ModuleType | None) -> object:
    """Load a fitted model: with `load_model` of the statistician's code where there is one, else as it was saved.

    Classes that were defined in the script or notebook that saved the model are taken from the code.

    Args:
        path: The file: `.joblib`, `.pkl`, `.pickle`, `.skops`, or whatever `load_model` reads.
        code: The imported `model.py`.

    Returns:
        The fitted model.

    Raises:
        AnOpsError: `MODEL_LOAD`: the file can't be used; the message says why and what to do.
    """
    own_loader = getattr(code, "load_model", None)
    if not path.exists():
        raise load_failure(path, "there is no such file.", "Save the fitted model there, or name its file.")
    if path.is_dir() and own_loader is None:
        raise refused_by_the_system(path, IsADirectoryError())
    try:
        with _main_from(code):
            load = own_loader or _reader(path)
            try:
                return _as_saved(lambda: load(path))
            except Exception as error:
                names = _names_of_formula(error, code)
                if not names:
                    raise
                with _lent_to_formulas(names):
                    return _as_saved(lambda: load(path))
    except (Exception, SystemExit) as error:
        raise explain(path, code, error) from error


def has_joblib() -> bool:
    """Say whether joblib is installed."""
    return find_spec("joblib") is not None


def reading(path: Path) -> str:
    """Return the Python that reads the file `path` as it is read here."""
    if is_skops(path):
        return "skops.io.load(path)"
    return "joblib.load(path)" if has_joblib() else "pickle.loads(path.read_bytes())"


def _reader(path: Path) -> Callable[[Path], object]:
    if is_skops(path):
        return read_skops
    return _by_joblib if has_joblib() else _by_pickle


def _by_joblib(path: Path) -> object:
    import joblib  # noqa: PLC0415  there are environments without it

    return joblib.load(path)


def _by_pickle(path: Path) -> object:
    """Load what needs nothing but pickle; what joblib wrote names it, and what it compressed is told by its start."""
    with path.open("rb") as file:
        if file.read(6).startswith(_COMPRESSED):
            message = "No module named 'joblib'"
            raise ModuleNotFoundError(message, name="joblib")
        file.seek(0)
        return pickle.load(file)  # noqa: S301  the statistician's own model


def _as_saved(load: Callable[[], object]) -> object:
    """Load an object, and load it again where a library has changed what it is read by."""
    model = load()
    for _ in range(2):  # a change, and one taken back
        if not any(library.settings_changed(model) for library in libraries_of(model)):
            break
        model = load()
    return model


@contextmanager
def _main_from(code: ModuleType | None) -> Iterator[None]:
    """Let a pickle find what it expects in `__main__` in the statistician's code instead.

    While it loads, `__main__` is a module with the code's names and nothing else: the program that runs here
    has names of its own, which a pickle must not be given by mistake.
    """
    ours = sys.modules["__main__"]
    theirs = ModuleType("__main__")
    theirs.__dict__.update({} if code is None else {k: v for k, v in vars(code).items() if k[:2] != "__"})
    sys.modules["__main__"] = theirs
    try:
        yield
    finally:
        sys.modules["__main__"] = ours


def _names_of_formula(error: Exception, code: ModuleType | None) -> dict[str, Any]:
    """Return what a formula, which is read again as it is unpickled, may need; empty where it is none of it."""
    if not _formula_homes():
        return {}
    own = {} if code is None else vars(code)
    names = {name: import_module(module) for name, module in _USUAL.items()} | own
    return names if unknown_name(error) in names else {}


def _formula_homes() -> list[str]:
    """Return where the libraries that are loaded look for the names of a formula."""
    homes = [library.names_of_formulas for library in loaded()]
    return [home for home in homes if home is not None and home in sys.modules]


@contextmanager
def _lent_to_formulas(names: dict[str, Any]) -> Iterator[None]:
    """Let a library find modules and the statistician's functions where it reads a formula again.

    It looks for them in its own module and in those that called it; here it must find what the training
    script had.
    """
    added = []
    for home in (vars(sys.modules[name]) for name in _formula_homes()):
        lent = {name: value for name, value in names.items() if name not in home}
        home.update(lent)
        added.append((home, lent))
    try:
        yield
    finally:
        for home, lent in added:
            for name in lent:
                del home[name]
