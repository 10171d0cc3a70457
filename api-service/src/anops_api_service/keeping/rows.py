"""From what the service tells of requests to the rows of the log: in the process that writes it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, cast

import msgspec
from anops_model_interface.prediction_log import Prediction
from anops_model_interface.schema import Schema

from anops_api_service.answer_json import records
from anops_api_service.bodies.json_body import JsonBody
from anops_api_service.keeping.messages import Written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from anops_model_interface.frames import Warn

    from anops_api_service.bodies.small_json import Reader
    from anops_api_service.keeping.kept_columns import KeptColumns
    from anops_api_service.keeping.messages import Asked, ReaderOf, Small


def reader_of(told: ReaderOf) -> JsonBody:
    """Make a reader that reads as that of the service does."""
    return JsonBody(Schema.from_json(told.schema), told.model)


def predictions_of(
    entries: Iterable[Written | Small], columns: KeptColumns, readers: Mapping[int, Reader]
) -> Iterator[Prediction]:
    """Yield rows of the log.

    Args:
        entries: What was told, in the order of the answers.
        columns: What may be kept of rows that are still to be looked at.
        readers: The readers by their numbers.
    """
    for call, group in groupby(entries, key=_call_of):
        if call is None:
            for entry in cast("Iterator[Written]", group):
                yield _prediction(entry.asked, entry.options, entry.inputs, entry.outputs, entry.warnings)
        else:
            yield from _looked_at([*cast("Iterator[Small]", group)], columns, readers[call[0]])


def _call_of(entry: Written | Small) -> tuple[int, int] | None:
    return None if isinstance(entry, Written) else (entry.reader, entry.call)


def _looked_at(bodies: Sequence[Small], columns: KeptColumns, reader: Reader) -> Iterator[Prediction]:
    """Yield rows of small bodies that shared a call of the model: each has its own rows of those that were read."""
    frame = reader.frame_without_faults([row for body in bodies for row in body.values])
    if frame is None:  # there is something to say of some of them: each is read by itself
        for body in bodies:
            decoded = reader.read(body.body, body.given)
            rows = columns.rows(records(decoded.frame))
            yield _kept(body, rows, columns.warnings(dict.fromkeys((*decoded.warnings, *body.warnings))))
        return
    rows, start = columns.rows(records(frame)), 0
    for body in bodies:
        stop = start + body.asked.rows
        yield _kept(body, rows[start:stop], columns.warnings(dict.fromkeys(body.warnings)))
        start = stop


def _kept(body: Small, rows: Sequence[Mapping[str, object]], warnings: Sequence[Warn]) -> Prediction:
    told = _json(warnings) if warnings else None
    return _prediction(body.asked, body.options.decode(), _json(rows), body.outputs.decode(), told)


def _prediction(
    asked: Asked, options: str | None, inputs: str | None, outputs: str | None, warnings: str | None
) -> Prediction:
    return Prediction(
        request_id=asked.request_id,
        time=asked.time,
        model=asked.model,
        version=asked.version,
        digest=asked.digest,
        first_row=asked.first_row,
        rows=asked.rows,
        role=asked.role,
        unit=asked.unit,
        options=options,
        inputs=inputs,
        outputs=outputs,
        warnings=warnings,
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
