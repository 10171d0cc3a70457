"""What the OpenAPI document says of the option `explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anops_api_service.explaining.asked import OPTION

if TYPE_CHECKING:
    from anops_api_service.models.described_model import DescribedModel

Json = dict[str, Any]


def explain_option(model: DescribedModel) -> Json:
    """Return the option as a property; nothing where the model can't be explained."""
    if not _can_explain(model):
        return {}
    what = "Also answer what each column contributes to the prediction: true, or the name of the output to explain."
    return {OPTION: {"anyOf": [{"type": "boolean"}, {"type": "string"}], "default": False, "description": what}}


def explanation_members(model: DescribedModel) -> Json:
    """Return what an answer has where an explanation was asked for."""
    if not _can_explain(model):
        return {}
    number: Json = {"type": ["number", "null"]}
    one: Json = {
        "type": "object",
        "properties": {
            "of": {"description": "The class concerned, where the output is not a number."},
            "baseline": {**number, "description": "The mean prediction for the reference rows, or the class's share."},
            "contributions": {"type": "object", "additionalProperties": number},
        },
        "required": ["baseline", "contributions"],
    }
    by: Json = {
        "type": "object",
        "properties": {
            "values": {"type": "string", "examples": ["Shapley"]},
            "exact": {"type": "boolean", "description": "Whether all orders of the columns were tried."},
            "reference_rows": {"type": "integer", "description": "With how many rows it was compared."},
        },
    }
    rows: Json = {"type": "array", "items": {"type": "object", "additionalProperties": one}}
    return {"explanations": {**rows, "description": f"With the option `{OPTION}`, for each row."}, "explained_by": by}


def _can_explain(model: DescribedModel) -> bool:
    return OPTION not in model.schema.options and model.batches and model.background is not None
