"""The checks that bodies of all kinds share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from anops_model_interface.frames import Frame
from anops_model_interface.notices import Notices
from anops_model_interface.options import option_faults
from anops_model_interface.stacking import stack
from anops_model_interface.validation import checked_frame

from anops_api_service.sent import Decoded

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from anops_model_interface.columns import Column
    from anops_model_interface.errors import FaultCollector
    from anops_model_interface.schema import Schema


def check(
    columns: Sequence[Column],
    rows: int,
    options: Mapping[str, object],
    schema: Schema,
    *,
    faults: FaultCollector,
    broken: Collection[str] = (),
    ignored: Sequence[str] = (),
    model: str = "",
    notices: Notices | None = None,
) -> Decoded:
    """Check columns and options against the schema, and report everything wrong together.

    Args:
        columns: The columns that could be read, in their types.
        rows: How many rows were sent.
        options: The options as they were sent.
        schema: What the model takes.
        faults: What was found wrong so far.
        broken: Columns already in `faults`, which are not looked at again.
        ignored: Columns that were sent and that the model does not have.
        model: The model's name, for messages.
        notices: Takes in what there is to tell of the rows, where they are a piece of a body; the rows then have
            no warnings of their own.

    Raises:
        AnOpsError: Something does not fit.
    """
    frame = Frame(columns if not broken else tuple(each for each in columns if each.name not in broken), rows)
    checked = schema
    if broken:
        inputs = {name: spec for name, spec in schema.inputs.items() if name not in broken}
        checked = replace(schema, inputs=inputs)
    told = Notices() if notices is None else notices
    frame = checked_frame(frame, checked, faults, told, ignored=ignored)
    taken = option_faults(options, schema, faults)
    faults.raise_if_any(model=model)
    return Decoded(frame, taken, told.warnings(), told.all()) if notices is None else Decoded(frame, taken)


def together(pieces: Sequence[Decoded], notices: Notices) -> Decoded:
    """Make one body of its pieces, of which there is at least one."""
    return Decoded(stack([piece.frame for piece in pieces]), pieces[0].options, notices.warnings(), notices.all())
