"""Says in plain words why a fitted model can't be loaded, and what to do."""

from __future__ import annotations

import pickle
import re
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.packages import distribution_of, install_command, is_installed, missing_remedy, version_of

from anops_worker.file_kinds import other_kind, text_kind
from anops_worker.raised import text_of
from anops_worker.saved_versions import failed_inside, other_version, pinned

if TYPE_CHECKING:
    from types import ModuleType

_SAVE_AGAIN = 'Save the fitted model with `joblib.dump(model, "model.joblib")`'
READ_YOURSELF = "or read it in `load_model(path)` of your `model.py`."
"""The end of a remedy: the way out for every format that joblib can't read."""
_REMEDIES = {
    "empty": f"{_SAVE_AGAIN} again.",
    "a git-lfs pointer": "Fetch the file itself with `git lfs pull`.",
    "a web page (HTML)": "Download the file again: a sign-in or error page was saved in its place.",
    "an R object file": 'Make the project with `--lang r`, or set `language = "r"` in ao.toml.',
}
_CANT_GET = re.compile(r"[Cc]an't get (?:local )?attribute '(?P<name>[^']+)' on <module '(?P<module>[^']+)'")
_NOT_DEFINED = re.compile(r"name '(?P<name>\w+)' is not defined")
_MOST_TEXT = 200
"""Some libraries tell with a failure all that they were given."""
_CUT = re.compile("pickle exhausted|pickle data was truncated|unpack requires a buffer of")


def explain(path: Path, code: ModuleType | None, error: BaseException) -> AnOpsError:  # noqa: PLR0911  one for each cause
    """Turn what unpickling or `load_model` raised into a problem that its reader can fix.

    Args:
        path: The model's file.
        code: The imported `model.py`.
        error: What was raised.

    Returns:
        The `MODEL_LOAD` error to return from it.
    """
    own = _own_line(error, code)
    if isinstance(error, AnOpsError):
        return error
    if isinstance(error, ModuleNotFoundError) and error.name:
        return _missing_module(path, error.name, own)
    found = _CANT_GET.search(text_of(error)) if isinstance(error, AttributeError) else None
    if found:
        return _missing_name(path, found["module"], found["name"], code)
    if unknown_name(error) and not own:
        return _missing_name(path, "__main__", str(unknown_name(error)), code)
    if isinstance(error, PermissionError | IsADirectoryError) and error.filename in {None, str(path)}:
        return refused_by_the_system(path, error)
    kind = (other_kind(path) or text_kind(path)) if path.is_file() else None
    if kind and _came_from_unpickling(error, own):
        remedy = _REMEDIES.get(kind, f"{_SAVE_AGAIN}, {READ_YOURSELF}")
        return load_failure(path, f"it is {kind}{', not a pickle' * (kind != 'empty')}.", remedy)
    if own and not (_is_cut(error) and _came_from_unpickling(error, own)):
        return AnOpsError(
            Code.MODEL_LOAD,
            f"Can't load `{path.name}`: `load_model` failed with {_text(error)}.",
            # what it is refused is not its own fault
            remedy=None if isinstance(error, OSError) else "Fix `load_model`; it must return the fitted model.",
            call=own,
        )
    if _is_cut(error):
        return load_failure(path, "the file ends too early.", "Copy it again, or save the model again.")
    if _is_unreadable(error):
        return load_failure(path, "it is damaged, or not a pickle.", "Copy it again, or save the model again.")
    return load_failure(path, f"reading it failed with {_text(error)}.", other_version(path) or failed_inside(error))


def refused_by_the_system(path: Path, error: OSError) -> AnOpsError:
    """Say that a file may not be read, or is a folder."""
    if isinstance(error, PermissionError):
        return load_failure(path, "it may not be read.", f"Allow reading: chmod u+r {path}")
    return load_failure(path, "it is a folder, not a file.", f"Name the file inside it, {READ_YOURSELF}")


def unknown_name(error: BaseException) -> str | None:
    """Return the name that an error says is not defined; a formula's error has it in its text."""
    found = _NOT_DEFINED.search(text_of(error))
    return found["name"] if found else None


def _missing_module(path: Path, module: str, own: str | None) -> AnOpsError:
    top = module.partition(".")[0]
    if top == "__builtin__":  # dill's own name for what comes with Python
        return load_failure(
            path,
            "it was saved with dill, which writes what only dill can read.",
            f"Save it with cloudpickle or joblib, {READ_YOURSELF[:-1]} with dill.",
        )
    distribution = distribution_of(module)
    if top != module and is_installed(top):
        return load_failure(
            path,
            f"it needs `{module}`, which the installed `{_with_version(top)}` does not have.",
            other_version(path) or f"Install the version of {distribution or top} that the model was saved with.",
        )
    if distribution:
        return load_failure(
            path,
            f"it needs the package `{distribution}`, which is not installed.",
            "Install it into the environment that loads the model: "
            f"{install_command(pinned(path, module, distribution))}",
        )
    return AnOpsError(
        Code.MODEL_LOAD,
        f"Can't load `{path.name}`: it needs the module `{top}`, which is not installed.",
        remedy=missing_remedy(module, "model.py"),
        call=own,
    )


def _missing_name(path: Path, module: str, name: str, code: ModuleType | None) -> AnOpsError:
    if module == "__main__":
        home = Path(code.__file__).name if code is not None and code.__file__ else "model.py"
        return load_failure(
            path,
            f"it needs `{name}`, which was defined in the script or notebook that saved the model.",
            f"Move the definition of `{name}` to `{home}`, where it is then found.",
        )
    distribution = distribution_of(module)
    if distribution is None:
        return load_failure(
            path,
            f"it needs `{name}` from the module `{module}`, which does not define it.",
            f"Define `{name}` in {module.replace('.', '/')}.py again, or save the model again.",
        )
    return load_failure(
        path,
        f"it needs `{module}.{name}`, which the installed `{_with_version(module)}` does not have.",
        other_version(path) or f"Install the version of {distribution} that the model was saved with.",
    )


def load_failure(path: Path, what: str, remedy: str | None) -> AnOpsError:
    """Make the error that says why a file can't be loaded."""
    return AnOpsError(Code.MODEL_LOAD, f"Can't load `{path.name}`: {what}", remedy=remedy)


def _text(error: BaseException) -> str:
    first = text_of(error).strip().partition("\n")[0][:_MOST_TEXT]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__


def _own_line(error: BaseException, code: ModuleType | None) -> str | None:
    """Find the last line of the statistician's own code that the error went through."""
    file = None if code is None else code.__file__
    lines = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    if not lines:
        return None
    return f"{Path(lines[-1].filename).name}:{lines[-1].lineno}: {lines[-1].line}"


def _came_from_unpickling(error: BaseException, own: str | None) -> bool:
    if own is None or isinstance(error, pickle.UnpicklingError | EOFError):
        return True
    frames = traceback.extract_tb(error.__traceback__)
    return any(Path(frame.filename).name in {"numpy_pickle.py", "pickle.py"} for frame in frames)


def _is_cut(error: BaseException) -> bool:
    return isinstance(error, EOFError) or _CUT.search(text_of(error)) is not None


def _is_unreadable(error: BaseException) -> bool:
    """Say whether the reader of pickles itself stumbled, and not what it was told to load."""
    if isinstance(error, pickle.UnpicklingError):
        return True
    last = traceback.extract_tb(error.__traceback__)[-1:]
    return any(Path(frame.filename).name == "pickle.py" and frame.name.startswith("load") for frame in last)


def _with_version(module: str) -> str:
    distribution = distribution_of(module) or module
    installed = version_of(distribution)
    return f"{distribution} {installed}" if installed else distribution
