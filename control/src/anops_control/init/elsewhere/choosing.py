"""Which tool a model is of, and what is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_control.environment import find_interpreter
from anops_control.init.elsewhere import mlflow_model, onnx_model, pinned_model

if TYPE_CHECKING:
    from pathlib import Path

    from anops_control.init.elsewhere.brought import Brought


def brought_in(model: Path, folder: Path, stage: Path) -> Brought | None:
    """Take in a model of another tool; None where it is none.

    Args:
        model: What the person named.
        folder: The project's folder, absolute.
        stage: An empty folder for what is made of it.

    Raises:
        CommandError: It can't be read.
    """
    if mlflow_model.is_mlflow(model):
        return mlflow_model.bring(model, stage, find_interpreter(folder, "python"))
    if onnx_model.is_onnx(model):
        return onnx_model.bring(model, stage, find_interpreter(folder, "python"))
    if pinned_model.is_pin(model):
        return pinned_model.bring(model, folder, stage)
    return None
