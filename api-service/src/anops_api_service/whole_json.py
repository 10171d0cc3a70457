"""Reads a whole body of JSON in any of its forms: ours, lines, or that of other servers' clients."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from anops_api_service.bodies.json_lines import as_document
from anops_api_service.bodies.media import utf8_of
from anops_api_service.query_options import options_of

if TYPE_CHECKING:
    from anops_api_service.bodies.json_body import JsonBody
    from anops_api_service.bodies.media import MediaType
    from anops_api_service.dialect import Dialect
    from anops_api_service.sent import Decoded


def document_of(body: bytes, media: MediaType, dialect: Dialect | None) -> bytes:
    """Return lines as the document that has them."""
    return as_document(body, media.charset, "data" if dialect is None else dialect.lines)


def read_json(body: bytes, media: MediaType, query: str, reader: JsonBody, dialect: Dialect | None) -> Decoded:
    """Read a body.

    Args:
        body: It.
        media: What it is.
        query: The query string.
        reader: Reads our own form.
        dialect: What JSON looks like here; None: as `POST /predict` has it.

    Raises:
        AnOpsError: It can't be read or does not fit; all faults together.
    """
    options = options_of(parse_qsl(query, keep_blank_values=True), reader.schema)
    body = document_of(body, media, dialect) if media.lines else utf8_of(body, media.charset)
    return reader.read(body if dialect is None else dialect.plain(body, reader.schema), options)


def read_beside(
    body: bytes, media: MediaType, query: str, reader: JsonBody, dialect: Dialect | None
) -> tuple[None, Decoded]:
    """Do the same for `read_apart()`: there is nothing else to say of such a body."""
    return None, read_json(body, media, query, reader, dialect)
