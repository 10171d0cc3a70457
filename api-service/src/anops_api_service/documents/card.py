"""What `GET /model` answers: all that is known of a model, with an example of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from anops_model_interface.open_inference import metadata as keys

from anops_api_service.api_version import API_VERSION

if TYPE_CHECKING:
    from anops_api_service.models.described_model import DescribedModel

_OWN_PLACE = frozenset(
    {keys.SCHEMA, keys.EXAMPLE, keys.WORKERS, keys.ROW_INDEPENDENT, keys.DESCRIPTION, keys.STREAM, keys.DIGEST}
    | {keys.FITTED, keys.FITTED_ON}
)


def card_of(model: DescribedModel, example: list[dict[str, Any]]) -> bytes:
    """Return the card as JSON.

    Args:
        model: The model.
        example: Rows that it can predict.
    """
    properties = dict(model.metadata.properties)
    card: dict[str, Any] = {
        "name": model.name,
        "version": model.version,
        "digest": model.digest or None,
        "api_version": API_VERSION,
        "description": properties.get(keys.DESCRIPTION),
        "fitted": properties.get(keys.FITTED),
        "fitted_on": properties.get(keys.FITTED_ON),
        "platform": model.metadata.platform,
        "schema": msgspec.json.decode(model.schema.to_json()),
        "workers": _value(properties.get(keys.WORKERS, "null")),
        "row_independent": _value(properties.get(keys.ROW_INDEPENDENT, "null")),
    }
    for key, value in properties.items():
        if key not in _OWN_PLACE:
            card[key.removeprefix("anops.")] = _value(value)
    card["example"] = {"data": example}
    return msgspec.json.encode(card)


def _value(text: str) -> object:
    """Return what a property holds: JSON, else text."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return {"True": True, "False": False}.get(text, text)
