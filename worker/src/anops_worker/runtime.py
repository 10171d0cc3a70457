"""What a language must be able to do for its models to be served."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Protocol, cast

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_project.packages import install_command

from anops_worker.installed_whole import not_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.frames import Frame, OptionValue, Warn
    from anops_project.description import Description, Source
    from anops_project.project import Project
    from anops_project.sections.project import Language

    from anops_worker.examining.leftovers import Inspection

RUNTIMES = "anops.runtimes"
"""The entry point group in which a distribution offers its runtime."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a model answered.

    Attributes:
        frame: The predictions: as many rows as were asked for, in their order.
        warnings: What the model warned of on the way, each once.
    """

    frame: Frame
    warnings: tuple[Warn, ...] = ()


class Runtime(Protocol):
    """One language's way to load a model and to predict with it.

    A runtime lives in a process of its own, whose main thread alone calls it.
    """

    def load(self, project: Project) -> None:
        """Load the model of a project.

        Raises:
            AnOpsError: `MODEL_LOAD`: the artifact or the code can't be used.
        """

    def start_worker(self) -> None:
        """Begin to be a worker: with random numbers and temporary files of its own.

        Called once before the first prediction, in the process that predicts. It may be a copy of the one that
        loaded the model, of which there are others.
        """

    def predict(self, frame: Frame, options: Mapping[str, OptionValue]) -> Result:
        """Predict with the loaded model.

        Args:
            frame: Rows that fit the project's schema, its columns in the schema's order.
            options: Options that fit the schema, defaults filled in.

        Raises:
            AnOpsError: `MODEL_FAILED`: the model's own code failed; `MODEL_OUTPUT`: its answer is not a
                frame with the rows of the input; `COLUMN_…`: a value that this language can't hold.
        """

    def versions(self) -> dict[str, str]:
        """Return the versions of the language and of the model's packages."""

    def packages(self) -> dict[str, str]:
        """Return the packages that the loaded model and its code need, with their versions."""

    def describe(self, source: Source) -> Description:
        """Look at a fitted model that has no `ao.toml` yet.

        Raises:
            AnOpsError: `MODEL_LOAD`: the artifact or the code can't be used.
        """

    def units_told_apart(self, rows: Frame) -> list[str]:
        """Find the columns of dates and times whose answers depend on the unit in which the language holds them.

        Args:
            rows: Rows that fit the project's schema.
        """

    def inspect(self) -> Inspection:
        """Open the loaded model, to see what it holds beside what it needs; it is not for serving afterwards."""


def runtime_for(language: Language) -> Runtime:
    """Make the runtime of a language.

    Raises:
        AnOpsError: `MODEL_LOAD`: no distribution in this environment offers it.
    """
    for entry in entry_points(group=RUNTIMES, name=language):
        return cast("Runtime", entry.load()())
    if language == "python":  # its runtime is here
        raise not_whole(RUNTIMES, language, "load a model in Python")
    distribution = "anops-model-service-r"
    raise AnOpsError(
        Code.MODEL_LOAD,
        f"Can't load a model in R: `{distribution}` is not installed here.",
        remedy=f"Install it into the environment that loads the model: {install_command(distribution)}",
    )
