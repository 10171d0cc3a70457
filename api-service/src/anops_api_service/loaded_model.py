"""The model behind the service as its metadata describes it, with the decoders made for its schema."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec
from anops_model_interface import metadata as keys
from anops_model_interface.metadata import schema_in
from anops_model_interface.private_stream import Announcement
from anops_model_interface.tensor_layout import layout_of

from anops_api_service.bodies.csv_body import CsvBody
from anops_api_service.bodies.json_body import JsonBody
from anops_api_service.example import example_of
from anops_api_service.identity import Identity
from anops_api_service.openapi import openapi_of

if TYPE_CHECKING:
    from anops_model_interface.open_inference_pb2 import ModelMetadataResponse
    from anops_model_interface.schema import Schema
    from anops_model_interface.tensor_layout import Declared, Layout

_OWN_PLACE = frozenset(
    {keys.SCHEMA, keys.EXAMPLE, keys.WORKERS, keys.ROW_INDEPENDENT, keys.DESCRIPTION, keys.STREAM, keys.DIGEST}
)


@dataclass(frozen=True)
class LoadedModel:
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
    def of(cls, metadata: ModelMetadataResponse, declared: Declared | None = None) -> LoadedModel:
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
    def workers(self) -> int:
        """How many predictions the server computes side by side."""
        return _count(self.metadata.properties.get(keys.WORKERS), default=1)

    @cached_property
    def max_batch_rows(self) -> int:
        """The most rows of one batch."""
        return _count(self.metadata.properties.get(keys.MAX_BATCH_ROWS), default=8192)

    @cached_property
    def example(self) -> list[dict[str, Any]]:
        """Rows that the model can predict."""
        return example_of(self.schema, self.metadata.properties.get(keys.EXAMPLE))

    @cached_property
    def openapi(self) -> bytes:
        """The OpenAPI document of the service with this model, as JSON."""
        return msgspec.json.encode(openapi_of(self))

    @cached_property
    def card(self) -> bytes:
        """What `GET /model` answers."""
        properties = dict(self.metadata.properties)
        workers = _value(properties.get(keys.WORKERS, "null"))
        card: dict[str, Any] = {
            "name": self.name,
            "version": self.version,
            "digest": self.digest or None,
            "description": properties.get(keys.DESCRIPTION),
            "platform": self.metadata.platform,
            "schema": msgspec.json.decode(self.schema.to_json()),
            "workers": workers,
            "row_independent": _value(properties.get(keys.ROW_INDEPENDENT, "null")),
        }
        for key, value in properties.items():
            if key not in _OWN_PLACE:
                card[key.removeprefix("anops.")] = _value(value)
        card["example"] = {"data": self.example}
        return msgspec.json.encode(card)


def _count(text: str | None, *, default: int) -> int:
    return int(text) if text is not None and text.isdecimal() and int(text) > 0 else default


def _value(text: str) -> object:
    """Return what a property holds: JSON, else text."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return {"True": True, "False": False}.get(text, text)
