"""The R runtime: loads and asks R models behind the model-service's `Runtime` protocol."""

from __future__ import annotations

import platform
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from anops_model_interface.errors import AnOpsError
from anops_model_interface.schema import Schema
from anops_worker.gaps_apart import answered_apart
from anops_worker.runtime import Result

from anops_model_service_r.answers import empty_frame, frame_from_wire
from anops_model_service_r.describe import describe
from anops_model_service_r.embedded import embedded_r
from anops_model_service_r.leftovers import RInspection
from anops_model_service_r.vectors import FrameArguments, as_text, option_list, too_large

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.frames import Frame, OptionValue, Warn
    from anops_project.description import Description, Source
    from anops_project.project import Project
    from anops_worker.examining.leftovers import Inspection


class RRuntime:
    """Models in R, in the one R of this process.

    The thread that makes the first call owns R; all others must come from it too.
    """

    def __init__(self) -> None:
        self._schema = Schema()
        self._name = ""
        self._row_independent = False
        self._frame_arguments: FrameArguments | None = None
        self._asked: tuple[Mapping[str, OptionValue], Any] | None = None

    def load(self, project: Project) -> None:
        """Load the model of a project; the project's folder becomes the working directory.

        Raises:
            AnOpsError: `MODEL_LOAD`: the artifact or the code can't be used.
        """
        r = embedded_r()
        self._schema = project.schema
        self._row_independent = bool(project.model.row_independent)
        self._name = project.project.name
        r.call(
            "serve_load",
            as_text(r, str(project.artifact) if project.artifact else None),
            as_text(r, str(project.code) if project.code else None),
            as_text(r, self._name),
            as_text(r, str(project.folder)),
        )
        specs = project.schema.inputs.items()
        unnamed = [name for name, spec in specs if spec.type == "category" and spec.levels is None]
        r.call("serve_open_columns", r.rinterface.StrSexpVector(unnamed))

    def start_worker(self) -> None:
        """Begin to be a worker, with random numbers and temporary files of its own."""
        embedded_r().start_worker()

    def predict(self, frame: Frame, options: Mapping[str, OptionValue]) -> Result:
        """Predict with the loaded model.

        Args:
            frame: Rows that fit the project's schema.
            options: Options that fit the schema.

        Raises:
            AnOpsError: `MODEL_FAILED`: the model's own code failed; `MODEL_OUTPUT`: its answer is not a frame
                with the rows of the input; `COLUMN_RANGE`: a whole number is too large for R.
        """
        if not self._row_independent or "integer" not in {column.type for column in frame.columns}:
            return self._answer(frame, options)
        warnings: dict[Warn, None] = {}

        def ask(rows: Frame) -> Frame:
            result = self._answer(rows, options)
            warnings.update(dict.fromkeys(result.warnings))
            return result.frame

        return Result(answered_apart(frame, ask, too_large), tuple(warnings))

    def _answer(self, frame: Frame, options: Mapping[str, OptionValue]) -> Result:
        r = embedded_r()
        try:
            arguments = self._arguments().of(frame)
        except AnOpsError as error:
            lead = f"Can't predict with model `{self._name}`"
            raise AnOpsError.of(replace(error.problem, lead=lead)) from error
        if self._asked is None or self._asked[0] != options:
            self._asked = dict(options), option_list(r, options)
        answer = r.call("serve_predict", *arguments, self._asked[1])
        if answer.value is r.rinterface.NULL:
            return Result(empty_frame(self._schema.outputs), answer.warnings)
        return Result(frame_from_wire(answer.value, self._schema.outputs), answer.warnings)

    def _arguments(self) -> FrameArguments:
        if self._frame_arguments is None:
            self._frame_arguments = FrameArguments(embedded_r(), self._schema.inputs)
        return self._frame_arguments

    def versions(self) -> dict[str, str]:
        """Return the versions of R, of the packages the model needs, and of what embeds R."""
        return {
            **self._versions_in_r(),
            "python": platform.python_version(),
            "rpy2-rinterface": version("rpy2-rinterface"),
        }

    def packages(self) -> dict[str, str]:
        """Return those that were loaded for the model; see `Runtime.packages`."""
        return {name: found for name, found in self._versions_in_r().items() if name != "r"}

    def _versions_in_r(self) -> dict[str, str]:
        found = embedded_r().call("serve_versions").value
        return {name: value[0] for name, value in zip(found.names, found, strict=True)}

    def describe(self, source: Source) -> Description:
        """Look at a fitted model that has no `ao.toml` yet.

        Raises:
            AnOpsError: `MODEL_LOAD`: the artifact or the code can't be used.
        """
        return describe(embedded_r(), source)

    def units_told_apart(self, rows: Frame) -> list[str]:  # noqa: ARG002  R holds moments as seconds, always
        """Return none; see `Runtime.units_told_apart`."""
        return []

    def inspect(self) -> Inspection:
        """Open the loaded model; see `Runtime.inspect`."""
        return RInspection(embedded_r())
