"""The Python runtime: the statistician's own code, a pickle or a joblib file, and `predict`."""

from __future__ import annotations

import linecache
import platform
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from anops_model_interface.frames import Warn
from anops_model_interface.options import validate_options
from anops_project.packages import distribution_of, version_of

from anops_worker.families import family_of
from anops_worker.model_call import ModelCall
from anops_worker.own_predict import not_taken, own_predict, refusal
from anops_worker.pandas_here import import_pandas
from anops_worker.python_model import LIBRARY_WARNINGS, load_code, load_model, refuse
from anops_worker.random_numbers import reseed
from anops_worker.runtime import Result

if TYPE_CHECKING:
    import warnings
    from collections.abc import Mapping
    from pathlib import Path
    from types import ModuleType

    from anops_model_interface.frames import Frame, OptionValue
    from anops_project.description import Description, Source
    from anops_project.project import Project

    from anops_worker.examining.leftovers import Inspection

MOST_WARNINGS = 50
"""How many different warnings of one prediction reach the caller: a model may warn of each row in other words."""


class PythonRuntime:
    """Loads a Python model and predicts with it."""

    def __init__(self) -> None:
        self._project: Project | None = None
        self._model: Any = None
        self._call: ModelCall | None = None
        self._own_modules: list[ModuleType] = []
        self._not_taken: frozenset[str] = frozenset()

    def load(self, project: Project) -> None:
        """Load the model of a project; see `Runtime.load`."""
        module = load_code(project.code) if project.code else None
        self._project = project
        self._model = load_model(project.artifact, module, project.folder)
        own = own_predict(module)
        if own is None:
            refuse(self._model, _what(project))
            family_of(self._model)  # found out now, and not by the first caller
        self._call = ModelCall(
            model=self._model,
            own=own,
            inputs=project.schema.inputs,
            outputs=list(project.schema.outputs),
            name=project.project.name,
            what=f"model `{project.project.name}`",
            folder=project.folder,
            apart=project.model.row_independent,
        )
        import_pandas()  # the same: a worker is a copy of this process
        _ = self._call.rows_of  # the same, and refused here where it can't be
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
        call = cast("ModelCall", self._call)
        if self._not_taken and (asked := [option for option in options if option in self._not_taken]):
            raise refusal(asked, call.name)
        answer, caught = call.answer(frame, options)
        return Result(answer, _warns(caught, call.folder))

    def versions(self) -> dict[str, str]:
        """Return the versions of Python and of the model's packages; see `Runtime.versions`."""
        distribution = distribution_of(type(self._model).__module__)
        installed = version_of(distribution) if distribution else None
        packages = {distribution: installed} if distribution and installed else {}
        return {"python": platform.python_version(), **packages}

    def packages(self) -> dict[str, str]:
        """Look at what the loaded model is made of; see `Runtime.packages`."""
        from anops_worker.python_describe.packages import (  # noqa: PLC0415  serving needs none of it
            packages_of,
            packages_of_code,
            packages_of_file,
        )

        project = cast("Project", self._project)
        found = packages_of(self._model) | (packages_of_code(project.code) if project.code else {})
        return found | (packages_of_file(project.artifact) if project.artifact else {})

    def describe(self, source: Source) -> Description:
        """Look at a fitted model; see `Runtime.describe`."""
        from anops_worker.python_describe import describe  # noqa: PLC0415  serving needs none of it

        return describe(source)

    def units_told_apart(self, rows: Frame) -> list[str]:
        """Find columns of moments of which the unit matters; see `Runtime.units_told_apart`."""
        from anops_worker.examining.resolutions import units_told_apart  # noqa: PLC0415  serving needs none of it

        call, project = cast("ModelCall", self._call), cast("Project", self._project)
        options = validate_options({}, project.schema)
        return units_told_apart(
            call.inputs, rows, lambda inputs, some: replace(call, inputs=inputs, tells=False).answer(some, options)[0]
        )

    def inspect(self) -> Inspection:
        """Open the loaded model; see `Runtime.inspect`."""
        from anops_worker.examining.python_leftovers import PythonInspection  # noqa: PLC0415  the same

        return PythonInspection(self._model)


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
