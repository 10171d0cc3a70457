"""The loader that MLflow's flavour `python_function` names: its models answer through AnOps' runtime, R too."""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from anops.columns import from_json_values, to_json_values
from anops_control.conversing import Conversation
from anops_control.errors import CommandError
from anops_model_interface.errors import AnOpsError
from anops_project.project import Project

if TYPE_CHECKING:
    from collections.abc import Mapping


class AnOpsModel:
    """A project's model, loaded in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._project = Project.read(folder.resolve())
        self._conversation = Conversation(self._project)
        weakref.finalize(self, self._conversation.close)

    def predict(self, data: pd.DataFrame, params: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Return predictions, one row for each row.

        Args:
            data: Rows; what makes a data frame is taken too: a dict of columns, a list of records.
            params: Options of the model.

        Raises:
            ValueError: The rows do not fit, or the model failed; the text says where.
        """
        frame = pd.DataFrame(data)
        inputs = self._project.schema.inputs
        columns = {
            name: _typed(to_json_values(frame[name], {"type": spec.type, "levels": spec.levels}), spec.type)
            for name, spec in inputs.items()
            if name in frame.columns
        }
        rows: dict[str, Any] = {"columns": columns} if columns else {"columns": {}, "rows": len(frame)}
        try:
            answered = self._conversation.ask_json(rows, params)["predictions"]
        except (AnOpsError, CommandError) as error:
            raise ValueError(str(error)) from error
        made = {
            name: from_json_values(values, {"type": answered["types"][name]}, frame.index)
            for name, values in answered["columns"].items()
        }
        return pd.DataFrame(made, index=frame.index)


def _typed(values: list[Any], kind: str) -> list[Any]:
    """Take whole floats as the whole numbers that they are: the signature of an R model knows doubles alone."""
    if kind != "integer":
        return values
    return [int(each) if isinstance(each, float) and each.is_integer() else each for each in values]


def _load_pyfunc(path: str) -> AnOpsModel:
    return AnOpsModel(Path(path))
