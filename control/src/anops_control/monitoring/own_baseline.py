"""Keeps a baseline without being asked: of the rows that a training has fitted on, or a project was made with."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from anops_model_interface.errors import AnOpsError
from anops_project.digest import digest_of
from anops_project.frame_json import frame_to_json

from anops_control.errors import CommandError, ConfigurationError
from anops_control.monitoring.baseline_rows import predicted, read_rows
from anops_control.monitoring.finding import watched
from anops_control.monitoring.port import GROUP, monitor
from anops_control.tracking.opening import FOLDER, own_folder

if TYPE_CHECKING:
    from pathlib import Path

    from anops_control.events import Events
    from anops_control.monitoring.baseline_rows import BaselineRows
    from anops_control.monitoring.finding import Watched
    from anops_control.monitoring.port import Monitor
    from anops_control.tables.dialect import Asked

MOST_ROWS = 10_000
"""Of more rows, so many are taken, evenly: predicting them all would let whoever trains wait."""


def keep(who: Monitor, found: Watched, rows: BaselineRows, source: str, events: Events) -> tuple[int, dict[str, Any]]:
    """Keep a baseline, and return of how many rows, and what is known of it.

    Raises:
        AnOpsError: The model fails on the rows.
        CommandError: Its process died, or the file can't be written.
    """
    project = found.project
    events.doing(f"Predicting {rows.frame.rows} rows for the baseline")
    outputs, options = predicted(project, rows.frame)
    facts = {
        "model": project.project.name,
        "version": project.project.version,
        "digest": digest_of(project),
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "source": source,
        "rows": rows.frame.rows,
        "target": rows.target,
        "options": options,
    }
    own_folder(project.folder / FOLDER)
    inputs = frame_to_json(rows.frame)["columns"]
    kept = who.keep_baseline(found.baseline, inputs=inputs, outputs=outputs, outcome=rows.outcome, facts=facts)
    events.idle()
    return kept, facts


def keep_own(
    folder: Path,
    file: Path,
    events: Events,
    *,
    source: str,
    target: str | None = None,
    written: Asked | None = None,
    least: int = 1,
) -> dict[str, Any] | None:
    """Keep a baseline where that can be done; where it can't, a note says why, and nothing else changes.

    Args:
        folder: The project's folder.
        file: The rows: a CSV file, which need not be there.
        events: Are told.
        source: What the rows are.
        target: The column of the outcome, where it is known.
        written: How the file is written.
        least: Of fewer rows none is kept.

    Returns:
        What is known of the baseline; None: there is none.
    """
    if not file.is_file() or not entry_points(group=GROUP):
        return None
    try:
        with monitor() as who:
            found = watched(folder)
            rows = read_rows(file, found.project, target, written).at_most(MOST_ROWS)
            if rows.frame.rows < least:
                return None
            return keep(who, found, rows, source, events)[1]
    except (CommandError, ConfigurationError, AnOpsError) as error:
        text = error.problem.message if isinstance(error, AnOpsError) else str(error)
        events.note(f"No baseline for monitoring was kept of {source}: {text}")
        return None
