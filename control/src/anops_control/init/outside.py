"""Tells where all reference rows lie outside of what a model was fitted on: a sign, and no good reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from anops_project.description import Description


def outside_note(description: Description) -> tuple[str, ...]:
    """Return a note for each column of numbers that no reference row has within the range of the fit."""
    if description.rows is None or not description.rows.rows:
        return ()
    notes = []
    for column in description.rows.columns:
        seen = description.schema.inputs[column.name].seen
        if seen is None or column.values.dtype.kind not in "fiu":
            continue
        known = column.values[~column.is_missing()]
        if len(known) and not np.any((known >= float(seen[0])) & (known <= float(seen[1]))):
            notes.append(
                f"All reference rows lie outside of what the model was fitted on: `{column.name}` was {seen[0]:g} to "
                f"{seen[1]:g}, and is {known.min():g} to {known.max():g} in them. Check that its unit is the same, "
                "and give rows like those of the fit: ao check --data FILE.csv --accept-predictions"
            )
    return tuple(notes)
