"""Rows that were read for a model which another has replaced: they are those of the other, or are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.codes import Code
from anops_model_interface.errors import AnOpsError, FaultCollector

from anops_api_service.bodies.decoded import check

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.frames import Frame, OptionValue
    from anops_model_interface.schema import ColumnSpec

    from anops_api_service.models.described_model import DescribedModel


class ReplacedError(AnOpsError):
    """Another model has taken the place of the one for which rows were read: they can be read for it."""


def rows_for(now: DescribedModel, earlier: DescribedModel, frame: Frame, options: Mapping[str, OptionValue]) -> Frame:
    """Return rows as the model takes them that is there now.

    Args:
        now: That model.
        earlier: The one for which they were read.
        frame: The rows.
        options: What is asked of it.

    Raises:
        ReplacedError: `NOT_READY`: they do not fit it.
    """
    if now.metadata == earlier.metadata:
        return frame
    same = now.layout is earlier.layout and _types(now.schema.outputs) == _types(earlier.schema.outputs)
    if same and _types(now.schema.inputs) == {column.name: column.type for column in frame.columns}:
        try:
            return check(frame.columns, frame.rows, options, now.schema, faults=FaultCollector()).frame
        except AnOpsError:
            pass
    raise ReplacedError(
        Code.NOT_READY,
        f"Can't predict: version {earlier.version or '(none)'} of model `{earlier.name}` was replaced by one with "
        "other input or output columns while the request waited.",
        remedy="Send the rows again.",
    )


def _types(columns: Mapping[str, ColumnSpec]) -> dict[str, str]:
    return {name: spec.type for name, spec in columns.items()}
