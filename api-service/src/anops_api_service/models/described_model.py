"""A model as its metadata describes it, with the decoders made for its schema: a value that never changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec
from anops_model_interface.open_inference import metadata as keys
from anops_model_interface.open_inference.metadata import schema_in
from anops_model_interface.open_inference.tensor_layout import layout_of
from anops_model_interface.private_stream import Announcement
from anops_model_interface.series.contract import SeriesContract

from anops_api_service.bodies.csv_body import CsvBody
from anops_api_service.bodies.json_body import JsonBody
from anops_api_service.identity import Identity

if TYPE_CHECKING:
    from anops_model_interface.frames import Frame
    from anops_model_interface.open_inference.open_inference_pb2 import ModelMetadataResponse
    from anops_model_interface.open_inference.tensor_layout import Declared, Layout
    from anops_model_interface.schema import Schema


@dataclass(frozen=True, eq=False)
class DescribedModel:
    """One version of one model.

    Attributes:
        metadata: What the server said of it.
        schema: What it takes and gives.
        json_body: Reads JSON for it.
        csv_body: Reads CSV for it.
        layout: The tensors that its server takes; None where that is one of ours.
    """

    metadata: ModelMetadataResponse
    schema: Schema
    json_body: JsonBody = field(repr=False)
    csv_body: CsvBody = field(repr=False)
    layout: Layout | None = field(default=None, repr=False)

    @classmethod
    def of(cls, metadata: ModelMetadataResponse, declared: Declared | None = None) -> DescribedModel:
        """Make what is needed to serve a model.

        Args:
            metadata: What its server says of it.
            declared: What a person says of it, where its server is of another make.

        Raises:
            AnOpsError: `NOT_READY`: its schema can't be used.
        """
        schema, layout = schema_in(metadata), None
        if schema is None:
            layout = layout_of(metadata, declared)
            schema = layout.schema
        return cls(metadata, schema, JsonBody(schema, metadata.name), CsvBody(schema, metadata.name), layout)

    @property
    def name(self) -> str:
        """The model's name."""
        return self.metadata.name

    @property
    def version(self) -> str:
        """The model's version; empty where the server names none."""
        return self.metadata.versions[-1] if self.metadata.versions else ""

    @property
    def digest(self) -> str:
        """Which fit it is; empty where the server does not say."""
        return self.metadata.properties.get(keys.DIGEST, "")

    @cached_property
    def identity(self) -> Identity:
        """Which model it is, as answers say it."""
        return Identity(self.name, self.version, self.digest)

    @property
    def speaks_frames(self) -> bool:
        """Whether the server knows missing values in columns of every type."""
        return self.layout is None

    @property
    def stream(self) -> Announcement | None:
        """Where the server's private stream is; None where it has none."""
        return Announcement.from_text(self.metadata.properties.get(keys.STREAM, ""))

    @cached_property
    def batches(self) -> bool:
        """Whether rows of several requests may go to the model together."""
        return self.speaks_frames and self.metadata.properties.get(keys.ROW_INDEPENDENT) == "true"

    @cached_property
    def series(self) -> SeriesContract | None:
        """What the model says of the time series that it forecasts; None where it forecasts none."""
        text = self.metadata.properties.get(keys.SERIES)
        return SeriesContract.from_json(text) if text else None

    @cached_property
    def workers(self) -> int:
        """How many predictions the server computes side by side."""
        return _count(self.metadata.properties.get(keys.WORKERS), default=1)

    @cached_property
    def max_batch_rows(self) -> int:
        """The largest number of rows in a batch."""
        return _count(self.metadata.properties.get(keys.MAX_BATCH_ROWS), default=8192)

    @cached_property
    def reference(self) -> list[dict[str, Any]]:
        """Rows that its project tested it with, a few; none where there are none that fit."""
        text = self.metadata.properties.get(keys.EXAMPLE)
        if not text:
            return []
        try:
            read = msgspec.json.decode(text)
            rows: list[dict[str, Any]] = read if isinstance(read, list) else [read]
            self.json_body.read(msgspec.json.encode({"data": rows}))
        except Exception:  # noqa: BLE001  a server's own words; they are of use only where they fit
            return []
        return rows

    @cached_property
    def background(self) -> Frame | None:
        """The same as a frame, for predictions to be compared with; None where there are none."""
        return self.json_body.read(msgspec.json.encode({"data": self.reference})).frame if self.reference else None


def _count(text: str | None, *, default: int) -> int:
    return int(text) if text is not None and text.isdecimal() and int(text) > 0 else default
