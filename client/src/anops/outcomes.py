"""Tells a service what came true of its predictions: `anops.outcomes_send(url, frame)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops.client import Client
from anops.columns import to_json_values
from anops.errors import DataError
from anops.rows import data_frame

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

_ROWS = 10_000
_COUNTS = ("new", "changed", "same", "unknown")


def outcomes_send(
    url: str,
    outcomes: pd.DataFrame | Mapping[str, Sequence[Any]],
    *,
    outcome: str = "outcome",
    time: str = "time",
    **client: Any,  # noqa: ANN401  what `Client` takes, each of its own type
) -> dict[str, int]:
    """Tell a service what came true of its predictions; it is kept in its log, for `ao monitor report`.

    A prediction is named by the columns `request_id` and `row` (from 1; 1 where there is no such column). Without
    `request_id`, all columns but the outcome and the time are the key: columns of the rows that were predicted, which
    say whose outcome it is. It is then that of the last prediction of this key at or before the time.

    What is sent twice is kept once; of two values for one prediction the last one sent holds. Rows whose outcome is
    missing are left out. Many rows go in several requests, of each of which either all are kept or none.

    Args:
        url: The service.
        outcomes: A DataFrame, or a dict of columns.
        outcome: The column of the outcome that was observed.
        time: The column of when: times, dates, or text as ISO 8601; without a `request_id` it must be there.
        client: Further arguments of `Client`: `key`, `ca_file`, `headers`, `retry_policy`.

    Returns:
        How many are `new`, have `changed`, were the `same`, and are of an `unknown` prediction (these are kept, too).

    Raises:
        DataError: A column is not there, or the service refuses an outcome.
        PredictionError: As `Client.predict()` does.
    """
    frame = data_frame(outcomes)
    records = _records(frame, outcome, time)
    counts = dict.fromkeys(_COUNTS, 0)
    with Client(url, **client) as service:
        for start in range(0, len(records), _ROWS):
            told = service.post("/outcomes", {"outcomes": records[start : start + _ROWS]}, first=start)
            counts = {name: counts[name] + int(told[name]) for name in _COUNTS}
    return counts


def _records(frame: pd.DataFrame, outcome: str, time: str) -> list[dict[str, Any]]:
    by_request = "request_id" in frame
    needed = [outcome] if by_request else [outcome, time]
    lacking = [name for name in needed if name not in frame]
    if lacking:
        raise DataError(
            f"The outcomes have no column `{lacking[0]}`. Call the columns of "
            "what came true and when `outcome` and `time`."
        )
    keys = [] if by_request else [str(name) for name in frame.columns if name not in needed]
    if not by_request and not keys:
        raise DataError(
            "The outcomes do not say which predictions they belong to. Add `request_id`, or columns of the model that "
            "say whose outcome it is."
        )
    frame = frame[frame[outcome].notna()]
    written = {str(name): to_json_values(frame[name], {}) for name in frame.columns}
    fields = {"outcome": outcome, "time": time} | ({"request_id": "request_id", "row": "row"} if by_request else {})
    records = []
    for place in range(len(frame)):
        told = {field: written[name][place] for field, name in fields.items() if name in written}
        if by_request:
            told["request_id"] = str(told["request_id"])
        else:
            told["key"] = {name: written[name][place] for name in keys}
        records.append({field: value for field, value in told.items() if value is not None})
    return records
