"""The Python runtime: the statistician's own code, a pickle or a joblib file, and `predict`."""

from __future__ import annotations

import importlib.util
import linecache
import platform
import sys
import traceback
import warnings
from typing import TYPE_CHECKING, Any, cast

from anops_model_interface.errors import AnOpsError, Code
from anops_model_interface.frames import Frame, OptionValue, Warn

from anops_model_service.data_frames import from_answer, to_array, to_pandas
from anops_model_service.families import family_of
from anops_model_service.families.refused import why_refused
from anops_model_service.gaps_apart import answered_apart
from anops_model_service.model_data import form_of
from anops_model_service.own_predict import not_taken, refusal
from anops_model_service.packages import distribution_of, version_of
from anops_model_service.pickles import load_artifact
from anops_model_service.raised import text_of
from anops_model_service.random_numbers import reseed
from anops_model_service.runtime import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from types import ModuleType

    from anops_model_service.description import Description, Source
    from anops_model_service.examining.holdings import Inspection
    from anops_model_service.project import Project

LIBRARY_WARNINGS = (DeprecationWarning, PendingDeprecationWarning, FutureWarning, ImportWarning, ResourceWarning)
"""Warnings for the programmer of a library; they go to the log, not to the caller."""
MOST_WARNINGS = 50
"""How many different warnings of one prediction reach the caller: a model may warn of each row in other words."""


class PythonRuntime:
    """Loads a Python model and predicts with it."""

    def __init__(self) -> None:
        self._project: Project | None = None
        self._model: Any = None
        self._predict_model: Callable[..., object] = default_predict
        self._own_modules: list[ModuleType] = []
        self._takes_arrays = False
        self._not_taken: frozenset[str] = frozenset()

    def load(self, project: Project) -> None:
        """Load the model of a project; see `Runtime.load`."""
        module = load_code(project.code) if project.code else None
        self._project = project
        self._model = load_model(project.artifact, module, project.folder)
        own = getattr(module, "predict_model", None)
        if own is None:
            refuse(self._model, _what(project))
            family_of(self._model)  # found out now, and not by the first caller
            numbers = {spec.type for spec in project.schema.inputs.values()} == {"number"}
            self._takes_arrays = numbers and form_of(self._model) == "array"
        self._predict_model = own or default_predict
        self._not_taken = not_taken(own, project.schema.options) if own else frozenset()
        # looked for here, once: a copy of this process would make all modules' memory its own by looking at them
        folder = f"{project.folder}/"
        self._own_modules = [
            found for found in sys.modules.values() if (getattr(found, "__file__", None) or "").startswith(folder)
        ]

    def start_worker(self) -> None:
        """Begin to be a worker; see `Runtime.start_worker`."""
        reseed(vars(module) for module in self._own_modules)

    def predict(self, frame: Frame, options: Mapping[str, OptionValue]) -> Result:
        """Predict; see `Runtime.predict`."""
        project = cast("Project", self._project)
        name = project.project.name
        if self._not_taken and (asked := [option for option in options if option in self._not_taken]):
            raise refusal(asked, name)
        inputs, outputs = project.schema.inputs, list(project.schema.outputs)

        def ask(rows: Frame) -> Frame:
            data = to_array(rows) if self._takes_arrays else to_pandas(rows, inputs)
            return from_answer(self._predict_model(self._model, data, **options), outputs, model=name)

        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                result = answered_apart(frame, ask) if project.model.row_independent else ask(frame)
            except AnOpsError:
                raise
            except BaseException as error:  # signals are ignored here: the model's code alone raises KeyboardInterrupt
                raise failure(error, f"Can't predict with model `{name}`", project.folder) from error
        return Result(result, _warns(caught, project.folder))

    def versions(self) -> dict[str, str]:
        """Return the versions of Python and of the model's packages; see `Runtime.versions`."""
        distribution = distribution_of(type(self._model).__module__)
        installed = version_of(distribution) if distribution else None
        packages = {distribution: installed} if distribution and installed else {}
        return {"python": platform.python_version(), **packages}

    def packages(self) -> dict[str, str]:
        """Look at what the loaded model is made of; see `Runtime.packages`."""
        from anops_model_service.python_describe.packages import (  # noqa: PLC0415  serving needs none of it
            packages_of,
            packages_of_code,
        )

        code = cast("Project", self._project).code
        return packages_of(self._model) | (packages_of_code(code) if code else {})

    def describe(self, source: Source) -> Description:
        """Look at a fitted model; see `Runtime.describe`."""
        from anops_model_service.python_describe import describe  # noqa: PLC0415  serving needs none of it

        return describe(source)

    def inspect(self) -> Inspection:
        """Open the loaded model; see `Runtime.inspect`."""
        from anops_model_service.examining.python_holdings import PythonInspection  # noqa: PLC0415  the same

        return PythonInspection(self._model)


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
    if why is None and not any(callable(getattr(model, method, None)) for method in ("predict", "transform")):
        why = f"{what_is(model)}, which has no predict()"
    if why is not None:
        write = "rite predict_model(model, data) in model.py and name it as `code` in ao.toml."
        is_result = type(model).__module__.startswith("statsmodels.") and hasattr(model, "model")
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
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise AnOpsError(Code.MODEL_LOAD, f"Can't import {path.name}: it must be a Python file that ends in .py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise failure(error, f"Can't run {path.name}", path.parent, Code.MODEL_LOAD) from error
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
        sys.stderr.write("".join(traceback.format_tb(error.__traceback__)) + f"{type(error).__name__}\n")
    own = [frame for frame in frames if frame.filename.startswith(f"{folder}/") and ".venv" not in frame.filename]
    call = None
    if isinstance(error, SyntaxError) and error.filename:
        call = f"{error.filename.removeprefix(f'{folder}/')}:{error.lineno}: {(error.text or '').strip()}"
    elif own:
        call = f"{own[-1].filename.removeprefix(f'{folder}/')}:{own[-1].lineno}: {own[-1].line}"
    elif frames and frames[-1].filename != __file__:
        call = f"{frames[-1].name}(), called by predict()"
    message = " ".join(text_of(error).split()) or "no message"
    remedy = None
    if isinstance(error, ModuleNotFoundError) and error.name:
        remedy = f"Install the package into this environment: {sys.executable} -m pip install {error.name}"
    return AnOpsError(code, f"{what}: {type(error).__name__}: {message[:2000]}", call=call, remedy=remedy)


def _warns(caught: list[warnings.WarningMessage], folder: Path) -> tuple[Warn, ...]:
    """Return what was warned of, each thing once; of more than `MOST_WARNINGS`, the first and how many more."""
    result: dict[str, Warn] = {}
    logged: set[str] = set()
    for warning in caught:
        text = " ".join(str(warning.message).split())
        if issubclass(warning.category, LIBRARY_WARNINGS):
            place = f"{warning.category.__name__} at {warning.filename}:{warning.lineno}"
            if place not in logged:  # without the text: it may hold values that were sent
                sys.stderr.write(f"{place}\n")
            logged.add(place)
        elif text not in result:
            place = f"{warning.filename.removeprefix(f'{folder}/')}:{warning.lineno}"
            line = linecache.getline(warning.filename, warning.lineno).strip()
            result[text] = Warn(text, call=f"{place}: {line}" if line else place)
    kept = tuple(result.values())
    if len(kept) <= MOST_WARNINGS:
        return kept
    return (*kept[:MOST_WARNINGS], Warn(f"… and {len(kept) - MOST_WARNINGS} more warnings."))


def _what(project: Project) -> str:
    return f"{project.artifact.name}" if project.artifact else f"model `{project.project.name}`"
