"""What a fitted Python model is to us: loaded, refused where it can't predict, asked, and told of where it fails."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.own_code import SourceLoader, read_from_source
from anops_project.packages import missing_remedy

from anops_worker.families import family_of
from anops_worker.families.refused import why_refused
from anops_worker.libraries.finding import library_says
from anops_worker.pickles import load_artifact
from anops_worker.raised import text_of

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType

LIBRARY_WARNINGS = (DeprecationWarning, PendingDeprecationWarning, FutureWarning, ImportWarning, ResourceWarning)
"""Warnings for the programmer of a library; they go to the log, not to the caller."""
_CALLERS = frozenset({__file__, str(Path(__file__).with_name("model_call.py"))})
"""Files of ours from which a model is called: a failure in them is the model's own."""


def default_predict(model: Any, data: Any, **options: object) -> object:  # noqa: ANN401  any model, any frame
    """Predict where the project has no `predict_model`: as the object's family does."""
    return family_of(model).predict(data, options)


def refuse(model: Any, name: str) -> None:  # noqa: ANN401  any object
    """Refuse an object that can't predict the rows of a request by itself.

    Args:
        model: The fitted object.
        name: What messages call it.

    Raises:
        AnOpsError: `MODEL_LOAD`: why, and what to do.
    """
    why = why_refused(model)
    asked = any(callable(getattr(model, method, None)) for method in ("predict", "transform"))
    if why is None and not asked and library_says(model, lambda library: library.family(model)) is None:
        why = f"{what_is(model)}, which has no predict()"
    if why is not None:
        write = (
            "rite predict_model(model, data) in a model.py beside it, which a new project takes in, and which "
            "ao.toml names as `code`."
        )
        is_result = hasattr(model, "model") and library_says(model, lambda library: library.remover(model)) is not None
        raise AnOpsError(
            Code.MODEL_LOAD,
            f"Can't predict with {name}: {why}.",
            remedy=f"W{write}" if is_result else f"Save the fitted model itself, or w{write}",
        )


def what_is(model: object) -> str:
    """Say what an object is: "the object is a dict with the keys `model`, `scaler`"."""
    if model is None:
        return "there is no fitted model and no predict_model(); the code gives None"
    kind = type(model).__name__
    if isinstance(model, dict | list | tuple) and not model:
        return f"the object is an empty {kind}"
    if isinstance(model, dict):
        keys = ", ".join(f"`{key}`" for key in list(model)[:5])
        return f"the object is a dict with the keys {keys}{', …' if len(model) > 5 else ''}"
    if isinstance(model, list | tuple):
        return f"the object is a {kind} of {len(model)}"
    return f"the object is {'an' if kind[0] in 'AEIOUaeiou' else 'a'} {kind}"


def load_code(path: Path) -> ModuleType:
    """Import the statistician's own file under its own name.

    Raises:
        AnOpsError: `MODEL_LOAD`: the file is not there, or fails; the line is named.
    """
    if not path.is_file():
        raise AnOpsError(
            Code.MODEL_LOAD,
            f"Can't find {path.name}, which ao.toml names as the model's code.",
            remedy="Put it there, or correct `code` in ao.toml.",
        )
    folder = str(path.parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    read_from_source(folder)
    if path.suffix != ".py":
        raise AnOpsError(Code.MODEL_LOAD, f"Can't import {path.name}: it must be a Python file that ends in .py.")
    loader = SourceLoader(path.stem, str(path))
    spec = cast("ModuleSpec", importlib.util.spec_from_file_location(path.stem, path, loader=loader))
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        loader.exec_module(module)
    except (Exception, SystemExit) as error:
        # whoever wrote it needs the line that failed, which the message has, and no trace of what loads it
        raise failure(error, f"Can't run {path.name}", path.parent, Code.MODEL_LOAD, log=False) from error
    return module


def load_model(artifact: Path | None, module: ModuleType | None, folder: Path) -> object:
    """Load the fitted model; a project of code alone gets its folder in `load_model`, if it has one.

    Raises:
        AnOpsError: `MODEL_LOAD`.
    """
    if artifact is not None:
        return load_artifact(artifact, module)
    own = getattr(module, "load_model", None)
    return None if own is None else load_artifact(folder, module)


def failure(
    error: BaseException, what: str, folder: Path, code: Code = Code.MODEL_FAILED, *, log: bool = True
) -> AnOpsError:
    """Say what failed in the statistician's own code, and in which line.

    Args:
        error: What was raised.
        what: The beginning of the sentence.
        folder: The project's; the innermost line of a file in it is the one named.
        code: The code of the problem.
        log: Whether the traceback goes to the log.
    """
    frames = traceback.extract_tb(error.__traceback__)
    if log:  # without the message: it may hold values that were sent
        trace = "".join(traceback.format_tb(error.__traceback__))
        sys.stderr.write(f"Traceback (most recent call last):\n{trace}{type(error).__name__}\n")
    own = [frame for frame in frames if frame.filename.startswith(f"{folder}/") and ".venv" not in frame.filename]
    call = None
    if isinstance(error, SyntaxError) and error.filename:
        call = f"{error.filename.removeprefix(f'{folder}/')}:{error.lineno}: {(error.text or '').strip()}"
    elif own:
        call = f"{own[-1].filename.removeprefix(f'{folder}/')}:{own[-1].lineno}: {own[-1].line}"
    elif frames and frames[-1].filename not in _CALLERS:
        call = f"{frames[-1].name}(), called by predict()"
    message = " ".join(text_of(error).split()) or "no message"
    remedy = None
    if isinstance(error, ModuleNotFoundError) and error.name:
        remedy = missing_remedy(error.name, "the code")
    return AnOpsError(code, f"{what}: {type(error).__name__}: {message[:2000]}", call=call, remedy=remedy)
