"""What is said to a model-service of ours, and what to a server of another make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anops_model_interface.columns import missing_column
from anops_model_interface.frames import Frame
from anops_model_interface.open_inference.foreign_requests import encode_foreign_request
from anops_model_interface.requests import Request

from anops_api_service.model_answer import ModelAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anops_model_interface.frames import OptionValue, Warn

    from anops_api_service.models.described_model import DescribedModel


def request_of(
    model: DescribedModel, frame: Frame, options: Mapping[str, OptionValue], request_id: str
) -> tuple[Request | bytes, tuple[Warn, ...]]:
    """Make the request, or the message for a server of another make, with what there is to warn of."""
    if model.layout is not None:
        return encode_foreign_request(frame, options, model.layout, model_name=model.name, request_id=request_id)
    checked = model.schema.digest
    return Request.of(frame, options, model_name=model.name, request_id=request_id, checked=checked), ()


def no_rows(model: DescribedModel) -> ModelAnswer:
    """Answer a request without rows, which no server needs to be asked for."""
    columns = tuple(missing_column(name, spec.type, 0) for name, spec in model.schema.outputs.items())
    return ModelAnswer.whole(Frame(columns, 0), (), model.identity)
