"""Who reads the rows of a body, and who writes those of an answer, in each form that a request may have."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, Any

from anops_api_service.bodies.media import CSV, JSON, JSON_LINES, PARQUET
from anops_api_service.bodies.named_csv import NamedCsv
from anops_api_service.writers.csv_writer import CsvWriter
from anops_api_service.writers.json_lines_writer import JsonLinesWriter
from anops_api_service.writers.json_writer import JsonWriter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from anops_api_service.bodies.media import MediaType
    from anops_api_service.dialect import Dialect
    from anops_api_service.models.described_model import DescribedModel
    from anops_api_service.streaming import Reader
    from anops_api_service.writers.writer import Writer

_loaded: dict[str, ModuleType] = {}
"""Those that `_arrow` has loaded to their end."""


async def reader_of(
    media: MediaType, model: DescribedModel, options: Mapping[str, object], *, dialect: Dialect | None, most: int
) -> Reader:
    """Return who reads a body of CSV, Arrow or Parquet.

    Args:
        media: What the body is.
        model: Whose rows it has.
        options: Those of the request.
        dialect: Of which JSON the endpoint is; None: that of `POST /predict`.
        most: How many bytes are kept of a body that is read as a whole.
    """
    if media.kind == CSV:
        csv = model.csv_body.reader(media.charset, options)
        # clients of MLflow and SageMaker do not say whether their rows have names, those of `POST /predict` must
        asks = media.header == "absent" or dialect is not None
        return NamedCsv(csv, model.schema, media.charset, media.header) if asks else csv
    module, name = ("parquet_body", "ParquetReader") if media.kind == PARQUET else ("arrow_body", "ArrowReader")
    make = getattr(await _arrow(f"bodies.{module}"), name)
    reader: Reader = make(model.schema, options, model=model.name, most=most)
    return reader


async def writer_of(kind: str, model: DescribedModel, *, dialect: Dialect | None) -> Writer:
    """Return who writes an answer of a media type."""
    if kind == JSON:
        return JsonWriter() if dialect is None else dialect.writer()
    if kind == CSV:
        return CsvWriter()
    if kind in JSON_LINES:
        return JsonLinesWriter(kind)
    module, name = ("parquet_writer", "ParquetWriter") if kind == PARQUET else ("arrow_writer", "ArrowWriter")
    writer: Writer = getattr(await _arrow(f"writers.{module}"), name)(model.schema)
    return writer


async def _arrow(module: str) -> Any:  # noqa: ANN401  a module
    """Load a module that needs the Arrow library, whose 40 MB only those pay for who use it."""
    # not from `sys.modules`: there it stands as soon as another request has begun to load it, and has no class yet
    if module not in _loaded:
        _loaded[module] = await asyncio.to_thread(import_module, f"anops_api_service.{module}")
    return _loaded[module]
