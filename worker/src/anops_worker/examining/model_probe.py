"""Asks a loaded model as the service would: checked rows, checked options, an answer in the declared types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.options import validate_options
from anops_model_interface.validation import validate_frame

from anops_worker.request_handling import predict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from anops_model_interface.frames import Frame, OptionValue
    from anops_model_interface.schema import Schema
    from anops_project.project import Project

    from anops_worker.runtime import Runtime

    Ask = Callable[[Frame, Mapping[str, OptionValue]], Frame]

_MOST_VARIANTS = 12


def probe(project: Project, runtime: Runtime) -> Ask:
    """Return a function that predicts rows with options, or raises `AnOpsError`.

    Args:
        project: What is served.
        runtime: The runtime that has loaded it.
    """

    def ask(frame: Frame, options: Mapping[str, OptionValue]) -> Frame:
        checked, _ = validate_frame(frame, project.schema, model=project.project.name)
        return predict(checked, validate_options(options, project.schema), project, runtime).frame

    return ask


def option_variants(schema: Schema) -> list[dict[str, OptionValue]]:
    """List options to try a model with: the defaults first, then each other choice alone.

    Args:
        schema: The contract.
    """
    variants: list[dict[str, OptionValue]] = [{}]
    for name, spec in schema.options.items():
        choices: tuple[OptionValue, ...] = ()
        if spec.type == "category" and spec.levels:
            choices = spec.levels
        elif spec.type == "boolean":
            choices = (False, True)
        if not spec.list:
            variants += [{name: choice} for choice in choices if choice != spec.default]
    return variants[:_MOST_VARIANTS]
