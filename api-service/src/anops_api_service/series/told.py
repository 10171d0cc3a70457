"""What whoever sends observations is told beside what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.frames import Warn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from anops_series.port import Observation

    from anops_api_service.series.form import ObservationForm


_MOST_ROWS = 20


def observed_warnings(rows: Sequence[Observation], form: ObservationForm, now: datetime) -> list[Warn]:
    """Return what to tell.

    Args:
        rows: What was observed.
        form: What observations of the model must be.
        now: The present time.
    """
    told = []
    future = tuple(number for number, row in enumerate(rows, 1) if row.time > now)
    if future:
        first = form.text(rows[future[0] - 1].time)
        told.append(
            Warn(
                f"Column `{form.time}` has times that are still to come, such as {first}: they were taken as observed.",
                column=form.time,
                rows=future[:_MOST_ROWS],
            )
        )
    if rows and not form.updates:
        told.append(
            Warn(
                f"Model `{form.model}` can't take in observations without being fitted again: they are kept, and its "
                f"forecasts go on from {form.last}."
            )
        )
    return told
