"""The one way in which a fitted Python model is asked: to serve, to examine and to describe it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from anops_model_interface.errors import AnOpsError

from anops_worker.gaps_apart import answered_apart
from anops_worker.model_answers import from_answer
from anops_worker.python_model import default_predict, failure
from anops_worker.rows_for_models import rows_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from anops_model_interface.frames import Frame, OptionValue
    from anops_model_interface.schema import ColumnSpec


@dataclass(frozen=True)
class ModelCall:
    """A loaded model, and its way to be asked for rows of one schema.

    Attributes:
        model: The fitted object; None where the project is code alone.
        own: `predict_model` of the statistician's code.
        inputs: The columns of the rows.
        outputs: The names of the answer's columns, as far as they are known.
        name: The model's name, or that of its file.
        what: What messages call it.
        folder: Where its code lives.
        apart: Whether rows whose missing values change a column's type are asked apart, as those of a row-independent
            model are.
        tells: Whether the traceback of a failure goes to the log.
    """

    model: Any
    own: Callable[..., object] | None
    inputs: Mapping[str, ColumnSpec]
    outputs: Sequence[str]
    name: str
    what: str
    folder: Path
    apart: bool
    tells: bool = True

    @cached_property
    def rows_of(self) -> Callable[[Frame], Any]:
        """What makes of a frame the rows that the model is handed.

        Raises:
            AnOpsError: `MODEL_LOAD`: they are a data frame, and pandas is not installed.
        """
        return rows_for(self.model, self.inputs, own=self.own is not None, what=self.what)

    def answer(self, frame: Frame, options: Mapping[str, OptionValue]) -> tuple[Frame, list[warnings.WarningMessage]]:
        """Ask the model.

        Args:
            frame: The rows.
            options: What to ask for.

        Returns:
            What it answered, and what it warned of.

        Raises:
            AnOpsError: `MODEL_FAILED` or `MODEL_OUTPUT`.
        """
        predict, model, rows_of = self.own or default_predict, self.model, self.rows_of

        def ask(rows: Frame) -> Frame:
            return from_answer(predict(model, rows_of(rows), **options), self.outputs, model=self.name)

        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                return (answered_apart(frame, ask) if self.apart else ask(frame)), caught
            except AnOpsError:
                raise
            except BaseException as error:  # signals are ignored here: the model's code alone raises KeyboardInterrupt
                raise failure(error, f"Can't predict with {self.what}", self.folder, log=self.tells) from error
