"""Predicts with a model that has no project yet, exactly as the Python runtime will."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError
from anops_model_interface.frames import Column, Frame

from anops_worker.families import family_of
from anops_worker.model_call import ModelCall
from anops_worker.python_model import LIBRARY_WARNINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from anops_model_interface.frames import OptionValue
    from anops_model_interface.schema import ColumnSpec

    from anops_worker.families.family import Family


@dataclass(slots=True)
class Predictor:
    """A loaded model and its way to predict.

    Attributes:
        model: The fitted object; None where the project is code alone.
        own: `predict_model` of the statistician's code.
        name: What messages call it.
        folder: Where its code lives.
        apart: Whether rows whose missing values change a column's type are asked apart, as those of a row-independent
            model are.
        reader: The code that reads the model, where its file holds more than it.
        advice: What to do where another version of its library saved the model.
        saved_with: What a person should know of that.
        warned: What predicting warned of, each once.
    """

    model: Any
    own: Callable[..., object] | None
    name: str
    folder: Path
    apart: bool = True
    reader: str | None = None
    advice: str | None = None
    saved_with: str | None = None
    warned: dict[str, None] = field(default_factory=dict)

    def predict(self, frame: Frame, specs: Mapping[str, ColumnSpec], **options: OptionValue) -> Frame:
        """Predict rows.

        Args:
            frame: The rows.
            specs: What their columns are.
            options: What to ask for.

        Raises:
            AnOpsError: `MODEL_FAILED` or `MODEL_OUTPUT`.
        """
        return self._answer(frame, specs, own=True, **options)

    @property
    def family(self) -> Family | None:
        """The family of the model; None where the statistician's own code predicts."""
        return None if self.own else family_of(self.model)

    def predict_finely(self, frame: Frame, specs: Mapping[str, ColumnSpec]) -> Frame:
        """Predict rows, with the probabilities where there are some: they tell apart what classes hide."""
        answer = self.predict(frame, specs)
        if self.family is None or not _has_probabilities(self.family):
            return answer
        finer = self._answer(frame, specs, own=False, type="probability")
        return Frame((*answer.columns, *(Column(f"p {c.name}", c.type, c.values) for c in finer.columns)), answer.rows)

    def _answer(self, frame: Frame, specs: Mapping[str, ColumnSpec], *, own: bool, **options: OptionValue) -> Frame:
        result, caught = self.call(specs, own=own).answer(frame, options)
        for warning in caught:
            if not issubclass(warning.category, LIBRARY_WARNINGS):
                self.warned[" ".join(str(warning.message).split())] = None
        if result.rows != frame.rows:
            raise AnOpsError(
                Code.MODEL_OUTPUT,
                f"Can't use the answer of {self.name}: it must have {frame.rows} rows, as the data has, "
                f"not {result.rows}.",
            )
        return result

    def call(self, specs: Mapping[str, ColumnSpec], *, own: bool = True) -> ModelCall:
        """Return how the model is asked for rows of such columns, as the service will ask it.

        Args:
            specs: The columns.
            own: Whether the statistician's own code is asked, where there is some.
        """
        return ModelCall(
            model=self.model,
            own=self.own if own else None,
            inputs=specs,
            outputs=(),
            name=self.name.strip("`"),
            what=self.name,
            folder=self.folder,
            apart=self.apart,
            tells=False,
        )


def _has_probabilities(family: Family) -> bool:
    return "type" in family.options and "probability" in (family.options["type"].levels or ())
