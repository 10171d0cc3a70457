"""What is noted of requests that were answered, and the rows of the log that it makes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import msgspec
from anops_model_interface.prediction_log import Prediction

from anops_api_service.answer_json import records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from anops_model_interface.frames import Warn

    from anops_api_service.identity import Identity
    from anops_api_service.kept_columns import KeptColumns
    from anops_api_service.model_answer import ModelAnswer
    from anops_api_service.sent import Sent


@dataclass(slots=True, eq=False)
class Noted:
    """A request that was answered, or a piece of one; made for each, so not frozen: that costs several times as much.

    Attributes:
        request_id: The request.
        time: When it was answered, in seconds since 1970.
        model: Which model it was.
        first_row: The first row of this piece, from 0.
        rows: How many rows it has.
        values: What was asked and answered; None where that is not to be kept.
        role: Empty where a caller got it.
        unit: Whose it is; empty: nobody said.
    """

    request_id: str
    time: float
    model: Identity
    first_row: int
    rows: int
    values: tuple[Sent, ModelAnswer] | None
    role: str = ""
    unit: str = ""

    def prediction(self, **kept: str | None) -> Prediction:
        """Return it as a row of the log, with what is kept of its values."""
        return Prediction(
            request_id=self.request_id,
            time=self.time,
            model=self.model.name,
            version=self.model.version,
            digest=self.model.digest,
            first_row=self.first_row,
            rows=self.rows,
            role=self.role,
            unit=self.unit,
            **kept,
        )


def predictions_of(noted: Iterable[Noted], columns: KeptColumns) -> Iterator[Prediction]:
    """Yield rows of the log; those that shared a call of the model are read together, as they were for it.

    Args:
        noted: What was noted, in the order of the answers.
        columns: What may be kept of the rows.
    """
    for _, group in groupby(noted, key=lambda one: None if one.values is None else id(one.values[1].predictions)):
        alike = [*group]
        values = [one.values for one in alike if one.values is not None]
        if not values:
            yield from (one.prediction() for one in alike)
            continue
        first, *others = [sent for sent, _ in values]
        frame = first.together(others)
        if frame is None:  # they were read before, or there was something to say of them
            for one, (sent, answered) in zip(alike, values, strict=True):
                decoded = sent.read()
                # an answer to a whole body has those of its reader already, one to a piece has not
                warnings = columns.warnings(dict.fromkeys((*decoded.warnings, *answered.warnings)))
                rows = columns.rows(records(decoded.frame))
                yield _kept(one, _json(decoded.options), rows, answered, warnings)
            continue
        options, rows, start = _json(first.options), columns.rows(records(frame)), 0
        for one, (sent, answered) in zip(alike, values, strict=True):
            stop = start + sent.rows
            yield _kept(one, options, rows[start:stop], answered, columns.warnings(dict.fromkeys(answered.warnings)))
            start = stop


def _kept(
    one: Noted, options: str, rows: Sequence[Mapping[str, Any]], answered: ModelAnswer, warnings: Sequence[Warn]
) -> Prediction:
    return one.prediction(
        options=options,
        inputs=_json(rows),
        outputs=_json(answered.records),
        warnings=_json(warnings) if warnings else None,
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
