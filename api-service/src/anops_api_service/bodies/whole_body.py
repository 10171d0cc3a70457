"""Reads a body of any kind whole, for endpoints whose rows go together or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.notices import Notices

from anops_api_service.bodies.csv_body import CsvBody
from anops_api_service.bodies.decoded import together
from anops_api_service.bodies.json_body import JsonBody
from anops_api_service.bodies.json_lines import as_document
from anops_api_service.bodies.media import CSV, JSON, PARQUET, MediaType, utf8_of

if TYPE_CHECKING:
    from anops_model_interface.schema import Schema

    from anops_api_service.sent import Decoded


def read_whole(body: bytes, media: MediaType, schema: Schema, *, model: str, most: int) -> Decoded:
    """Read a body.

    Args:
        body: It, unpacked.
        media: What it is.
        schema: What its rows must be.
        model: The model's name, for messages.
        most: The largest record batch or row group, in bytes.

    Raises:
        AnOpsError: It can't be read or does not fit; all faults together.
    """
    if media.lines:
        return JsonBody(schema, model).read(as_document(body, media.charset, "data"))
    if media.kind == JSON:
        return JsonBody(schema, model).read(utf8_of(body, media.charset))
    if media.kind == CSV:
        return CsvBody(schema, model).read(body, {}, charset=media.charset)
    # the Arrow library takes 40 MB, which only those pay for who use it
    if media.kind == PARQUET:
        from anops_api_service.bodies.parquet_body import ParquetReader as Reader  # noqa: PLC0415
    else:
        from anops_api_service.bodies.arrow_body import ArrowReader as Reader  # type: ignore[assignment]  # noqa: PLC0415
    reader = Reader(schema, {}, model=model, most=most)
    pieces = [*reader.feed(body), *reader.finish()]
    notices = reader.notices if isinstance(reader.notices, Notices) else Notices()
    return together(pieces, notices)
